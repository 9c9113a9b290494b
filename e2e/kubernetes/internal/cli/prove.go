package cli

import (
	"os"
	"strings"

	"github.com/spf13/cobra"

	"cachecluster.dev/kuberig/internal/proofs"
)

// proveCommand shows what the tool promises; conformance is the table of what network policies do.
func proveCommand(conformance string) *cobra.Command {
	var only string
	c := &cobra.Command{
		Use:     "prove",
		Short:   "show on a rig of its own (about five minutes) that all of this works on this machine",
		Long:    "prove starts a rig of its own in a temporary directory, shows the following on it, and takes it down:\n\n  " + strings.Join(proofs.Names(), "\n  "),
		Example: "  kuberig prove\n  kuberig prove --only netpol",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			if err := needRoot(); err != nil {
				return err
			}
			if _, err := checkMachine(); err != nil {
				return err
			}
			return proofs.Run(os.Stdout, only, conformance)
		},
	}
	c.Flags().StringVar(&only, "only", "", "show one group only: "+strings.Join(proofs.Groups, ", "))
	return c
}
