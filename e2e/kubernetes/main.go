// Command kuberig runs a real Kubernetes on one machine.
package main

import (
	_ "embed"
	"fmt"
	"os"

	"cachecluster.dev/kuberig/internal/cli"
	"cachecluster.dev/kuberig/internal/components"
)

// conformance is what the rig's network policies promise: "prove" shows what people read.
//
//go:embed conformance.md
var conformance string

func main() {
	// An ordinary user's PATH lacks the places of ip, nft and runc.
	if err := os.Setenv("PATH", os.Getenv("PATH")+":/usr/local/sbin:/usr/sbin:/sbin"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	args := os.Args[1:]
	var err error
	if len(args) > 0 && args[0] == "component" {
		err = components.Run(args[1:])
	} else {
		err = cli.Command(components.Kubectl, conformance).Execute()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "kuberig:", err)
		os.Exit(1)
	}
}
