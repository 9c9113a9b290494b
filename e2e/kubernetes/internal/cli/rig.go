package cli

import (
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"cachecluster.dev/kuberig/internal/rig"
	"cachecluster.dev/kuberig/internal/startup"
	"cachecluster.dev/kuberig/internal/supervisor"
)

func upCommand(o *options) *cobra.Command {
	wanted := &rig.Rig{}
	c := &cobra.Command{
		Use:   "up",
		Short: "start the rig; says so if it runs already",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			dir, err := rig.Directory(o.dir)
			if err != nil {
				return err
			}
			wanted.Dir = dir
			if err := rig.CheckUp(wanted.Nodes, wanted.Port, wanted.ProxyMode, wanted.EncryptedMB); err != nil {
				return err
			}
			if err := needRoot(); err != nil {
				return err
			}
			if wanted.CNIPlugins, err = checkMachine(); err != nil {
				return err
			}
			return startup.Up(wanted, os.Stdout)
		},
	}
	c.Flags().IntVar(&wanted.Nodes, "nodes", 1, fmt.Sprintf("number of nodes, 1 to %d", rig.MaxNodes))
	c.Flags().IntVar(&wanted.Port, "port", 0, "port of 127.0.0.1 for the API server; 0 takes a free one")
	c.Flags().StringVar(&wanted.ProxyMode, "proxy-mode", "nftables", "kube-proxy's mode: nftables or iptables")
	c.Flags().Int64Var(&wanted.EncryptedMB, "encrypted-mb", 0, "size of an encrypted (fscrypt) volume area for the storage class \"encrypted\"; 0 for none")
	c.Flags().BoolVar(&wanted.WithoutNetpol, "without-netpol", false, "start with network policies not enforced, as after `kuberig netpol off`")
	return c
}

func downCommand(o *options) *cobra.Command {
	var keepLogs bool
	c := &cobra.Command{
		Use:   "down",
		Short: "stop the rig and leave nothing behind, also after a crash",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			dir, err := rig.Directory(o.dir)
			if err != nil {
				return err
			}
			if err := needRoot(); err != nil {
				return err
			}
			return startup.Down(dir, keepLogs, os.Stdout)
		},
	}
	c.Flags().BoolVar(&keepLogs, "keep-logs", false, "move the logs to DIR.logs")
	return c
}

func statusCommand(o *options) *cobra.Command {
	return &cobra.Command{
		Use:   "status",
		Short: "nodes, addresses and what is broken on purpose; fails if the rig does not run",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			r, err := o.open()
			if err != nil {
				return err
			}
			if err := needRoot(); err != nil {
				return err
			}
			if !supervisor.Alive(r) {
				return fmt.Errorf("the rig in %s is dead: `kuberig up` clears it away and starts anew, `kuberig down` only clears it away", r.Dir)
			}
			fmt.Printf("%-14s %s\n%-14s https://127.0.0.1:%d\n", "directory", r.Dir, "API server", r.Port)
			return supervisor.Ask(r, os.Stdout, "status")
		},
	}
}

func kubeconfigCommand(o *options) *cobra.Command {
	return &cobra.Command{
		Use:     "kubeconfig",
		Short:   "print the path of the administrator's kubeconfig (context \"kuberig\")",
		Example: "  export KUBECONFIG=$(kuberig kubeconfig)",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			r, err := o.open()
			if err != nil {
				return err
			}
			_, err = fmt.Println(r.Kubeconfig())
			return err
		},
	}
}

func kubectlCommand(o *options) *cobra.Command {
	return &cobra.Command{
		Use:                "kubectl [kubectl's arguments]",
		Short:              "kubectl of the rig's own version, pointed at the rig",
		Example:            "  kuberig kubectl get pods -A\n  KUBERIG_DIR=/tmp/rig kuberig kubectl get nodes",
		DisableFlagParsing: true, // they are kubectl's
		RunE: func(_ *cobra.Command, args []string) error {
			dir, args := splitDir(args)
			o.dir = dir
			r, err := o.open()
			if err != nil {
				return err
			}
			if err := os.Setenv("KUBECONFIG", r.Kubeconfig()); err != nil {
				return err
			}
			return o.kubectl(args)
		},
	}
}

// splitDir takes a --dir away that stands before kubectl's own arguments.
func splitDir(args []string) (dir string, rest []string) {
	if len(args) >= 2 && args[0] == "--dir" {
		return args[1], args[2:]
	}
	if len(args) >= 1 {
		if d, ok := strings.CutPrefix(args[0], "--dir="); ok {
			return d, args[1:]
		}
	}
	return "", args
}
