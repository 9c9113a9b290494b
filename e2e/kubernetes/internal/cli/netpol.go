package cli

import "github.com/spf13/cobra"

func netpolCommand(o *options) *cobra.Command {
	c := &cobra.Command{
		Use:   "netpol",
		Short: "stop enforcing network policies, as a cluster whose network ignores them, and enforce them again",
		Long: `Nodes enforce network policies from their start on (but not after "kuberig up --without-netpol").

With enforcement off, every node lets all packets of its pods pass, also those of pods that a policy selects and those under
another pod's name. The API still takes policies, as on a cluster whose network plugin ignores them. Pods start without
waiting to be judged. It is a fault like any other: "kuberig status" shows it, and "kuberig heal" undoes it.

With enforcement on again, every packet is judged at once, also those of connections that were opened meanwhile.

What enforcement promises is a table, conformance.md beside this tool's README, and "kuberig prove --only netpol" shows every
row of it with real packets.`,
	}
	one := func(use, short string) *cobra.Command {
		return &cobra.Command{
			Use: use, Short: short, Args: cobra.NoArgs, Example: "  kuberig netpol " + use,
			RunE: func(*cobra.Command, []string) error { return o.ask("netpol-" + use) },
		}
	}
	c.AddCommand(
		one("off", "every node lets all traffic of its pods pass"),
		one("on", "enforce the policies again, also on connections that exist"),
		one("status", "what each node has loaded"),
	)
	return c
}
