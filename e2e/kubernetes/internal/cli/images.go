package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"cachecluster.dev/kuberig/internal/images"
)

func imagesCommand(o *options) *cobra.Command {
	c := &cobra.Command{Use: "images", Short: "bring image archives into the nodes"}
	c.AddCommand(
		&cobra.Command{
			Use:     "load FILE...",
			Short:   "load `docker save` or OCI archives into every node, also into those that start later",
			Long:    "load brings archives into all running nodes at the same time. An image that a node has already is skipped.\nNodes that are stopped now get it when they start.",
			Example: "  kuberig images load operator.tar valkey.tar",
			Args:    cobra.MinimumNArgs(1),
			RunE: func(_ *cobra.Command, files []string) error {
				r, err := o.open()
				if err != nil {
					return err
				}
				if err := needRoot(); err != nil {
					return err
				}
				for _, f := range files {
					held, isNew, err := images.Store(f, r.Path("images"))
					if err != nil {
						return err
					}
					word := "known"
					if isNew {
						word = "new"
					}
					for _, i := range held {
						fmt.Printf("%s: %s\n", word, i.Name)
					}
				}
				return o.ask("images-sync")
			},
		},
		&cobra.Command{
			Use:   "list",
			Short: "print the images of every running node",
			Args:  cobra.NoArgs,
			RunE:  func(*cobra.Command, []string) error { return o.ask("images-list") },
		},
		&cobra.Command{
			Use:   "probe FILE",
			Short: "write the archive of a tiny test image (" + images.ProbeImage + ")",
			Args:  cobra.ExactArgs(1),
			RunE:  func(_ *cobra.Command, args []string) error { return images.WriteProbe(args[0]) },
		},
	)
	return c
}
