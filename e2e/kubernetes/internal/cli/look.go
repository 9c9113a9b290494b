package cli

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"cachecluster.dev/kuberig/internal/network"
	"cachecluster.dev/kuberig/internal/storage"
)

func logsCommand(o *options) *cobra.Command {
	var follow bool
	c := &cobra.Command{
		Use:     "logs [COMPONENT]",
		Short:   "print a component's log; without a component, list them",
		Example: "  kuberig logs\n  kuberig logs n1-kubelet -f",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			r, err := o.open()
			if err != nil {
				return err
			}
			files, err := filepath.Glob(r.Path("logs", "*.log"))
			if err != nil {
				return err
			}
			var names []string
			for _, f := range files {
				names = append(names, strings.TrimSuffix(filepath.Base(f), ".log"))
			}
			if len(args) == 0 {
				fmt.Println(strings.Join(names, "\n"))
				return nil
			}
			for _, n := range names {
				if n == args[0] {
					return show(r.Log(n), follow)
				}
			}
			return fmt.Errorf("no component %q: there are %s", args[0], strings.Join(names, ", "))
		},
	}
	c.Flags().BoolVarP(&follow, "follow", "f", false, "go on printing what is added")
	return c
}

func show(file string, follow bool) error {
	argv := []string{"-n", "+1"}
	if follow {
		argv = append(argv, "-f")
	}
	c := exec.Command("tail", append(argv, "--", file)...)
	c.Stdout, c.Stderr = os.Stdout, os.Stderr
	return c.Run()
}

func auditLogCommand(o *options) *cobra.Command {
	return &cobra.Command{
		Use:     "audit-log",
		Short:   "print the path of the audit log: one line of JSON for every request",
		Example: "  jq -r 'select(.verb==\"delete\") | .user.username + \" \" + .requestURI' \"$(kuberig audit-log)\"",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			r, err := o.open()
			if err != nil {
				return err
			}
			_, err = fmt.Println(r.Log("audit"))
			return err
		},
	}
}

func diskCommand(o *options) *cobra.Command {
	c := &cobra.Command{Use: "disk", Short: "what lies on the disk of the volumes"}
	c.AddCommand(&cobra.Command{
		Use:     "search TEXT",
		Short:   "print how often a text lies there in plain",
		Example: "  kuberig disk search \"a secret\"",
		Args:    cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			r, err := o.open()
			if err != nil {
				return err
			}
			n, err := storage.Search(r, args[0])
			if err == nil {
				fmt.Println(n)
			}
			return err
		},
	})
	return c
}

func outsideCommand(o *options) *cobra.Command {
	c := &cobra.Command{
		Use:   "outside",
		Short: "a host outside the cluster: print its address and ports",
		Long: `The outside host is the only thing outside the cluster that a pod can reach, unless a network policy forbids it. It echoes what
it gets and answers HTTP requests, and writes every caller's address to DIR/logs/outside.log (kuberig logs outside).`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			if _, err := o.open(); err != nil {
				return err
			}
			for _, p := range network.OutsidePorts {
				fmt.Printf("%s:%d\n", network.OutsideIP, p)
			}
			return nil
		},
	}
	c.AddCommand(&cobra.Command{
		Use: "exec -- COMMAND...", Short: "run a command of the machine on the outside host", Args: cobra.MinimumNArgs(1),
		Example: "  kuberig outside exec -- ip route",
		RunE:    func(_ *cobra.Command, args []string) error { return o.ask("outside-exec", args...) },
	})
	return c
}
