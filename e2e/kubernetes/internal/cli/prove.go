package cli

import (
	"os"
	"strings"

	"github.com/spf13/cobra"

	"cachecluster.dev/kuberig/internal/proofs"
)

func proveCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "prove",
		Short: "show on a rig of its own (about four minutes) that all of this works on this machine",
		Long:  "prove starts a rig of its own in a temporary directory, shows the following on it, and takes it down:\n\n  " + strings.Join(proofs.Names(), "\n  "),
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			if err := needRoot(); err != nil {
				return err
			}
			if _, err := checkMachine(); err != nil {
				return err
			}
			return proofs.Run(os.Stdout)
		},
	}
}
