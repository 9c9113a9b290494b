package cli

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

func nodeCommand(o *options) *cobra.Command {
	c := &cobra.Command{Use: "node", Short: "switch a node off and on, cut it off and heal it"}
	one := func(use, short, command string) *cobra.Command {
		return &cobra.Command{
			Use: use + " NODE", Short: short, Example: "  kuberig node " + use + " 2", Args: cobra.ExactArgs(1),
			RunE: func(_ *cobra.Command, args []string) error { return o.ask(command, args[0]) },
		}
	}
	run := &cobra.Command{
		Use: "exec NODE -- COMMAND...", Short: "run a command of the machine in a node's namespaces",
		Example: "  kuberig node exec 1 -- nft list ruleset", Args: cobra.MinimumNArgs(2),
		RunE: func(_ *cobra.Command, args []string) error { return o.ask("node-exec", args...) },
	}
	c.AddCommand(
		one("stop", "cut the power: every process of the node dies at once", "node-stop"),
		one("start", "switch it on again", "node-start"),
		one("cut", "pull the network cable: its processes go on running", "node-cut"),
		one("heal", "plug the network cable in again", "node-heal"),
		run,
	)
	return c
}

func linkCommand(o *options) *cobra.Command {
	c := &cobra.Command{Use: "link", Short: "cut two nodes and their pods off from each other, and heal that"}
	two := func(use, short, command string) *cobra.Command {
		return &cobra.Command{
			Use: use + " NODE NODE", Short: short, Example: "  kuberig link " + use + " 1 2", Args: cobra.ExactArgs(2),
			RunE: func(_ *cobra.Command, args []string) error { return o.ask(command, args...) },
		}
	}
	c.AddCommand(
		two("cut", "no packet passes between the two; both still reach the control plane and the other nodes", "link-cut"),
		two("heal", "undo it", "link-heal"),
	)
	return c
}

func podCommand(o *options) *cobra.Command {
	c := &cobra.Command{Use: "pod", Short: "freeze, resume or kill a container's processes"}
	one := func(use, short, command string) *cobra.Command {
		var container, node string
		c := &cobra.Command{
			Use: use + " NAMESPACE/POD", Short: short, Example: "  kuberig pod " + use + " default/web-0 --container app", Args: cobra.ExactArgs(1),
			RunE: func(_ *cobra.Command, args []string) error {
				namespace, pod, err := parsePod(args[0])
				if err != nil {
					return err
				}
				return o.ask(command, namespace, pod, container, node)
			},
		}
		c.Flags().StringVarP(&container, "container", "c", "", "which container, if the pod has several")
		c.Flags().StringVar(&node, "node", "", "which node, if two nodes run a pod of this name")
		return c
	}
	c.AddCommand(
		one("pause", "stop every process of the container (SIGSTOP); its connections stay open", "pod-pause"),
		one("resume", "let them go on", "pod-resume"),
		one("kill", "kill -9 the container's first process; the kubelet starts it again", "pod-kill"),
	)
	return c
}

func parsePod(s string) (namespace, pod string, err error) {
	namespace, pod, ok := strings.Cut(s, "/")
	if !ok || namespace == "" || pod == "" || strings.Contains(pod, "/") {
		return "", "", fmt.Errorf("%q is not NAMESPACE/POD, as in default/web-0", s)
	}
	if strings.ContainsAny(s, "\"'\\, ") {
		return "", "", errors.New("a pod's name holds only letters, digits, dots and dashes")
	}
	return namespace, pod, nil
}

func apiServerCommand(o *options) *cobra.Command {
	c := &cobra.Command{Use: "apiserver", Short: "kill the API server and start it again"}
	c.AddCommand(
		&cobra.Command{Use: "stop", Short: "kill it, and keep it from starting", Args: cobra.NoArgs,
			RunE: func(*cobra.Command, []string) error { return o.ask("apiserver-stop") }},
		&cobra.Command{Use: "start", Short: "start it again", Args: cobra.NoArgs,
			RunE: func(*cobra.Command, []string) error { return o.ask("apiserver-start") }},
	)
	return c
}

func healCommand(o *options) *cobra.Command {
	return &cobra.Command{Use: "heal", Short: "undo every fault", Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error { return o.ask("heal") }}
}
