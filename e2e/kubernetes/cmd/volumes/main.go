// Command volumes is the rig's storage driver. It is apart from kuberig because its libraries and Kubernetes' own code
// register the same feature gates, and because each node runs one: without Kubernetes in it, it is small.
package main

import (
	"fmt"
	"os"

	"cachecluster.dev/kuberig/internal/volumes"
)

func main() {
	halves := map[string]func([]string) error{"controller": volumes.Controller, "node": volumes.Node}
	if len(os.Args) < 2 || halves[os.Args[1]] == nil {
		fmt.Fprintln(os.Stderr, "volumes: this program is started by kuberig, as controller or node")
		os.Exit(2)
	}
	if err := halves[os.Args[1]](os.Args[2:]); err != nil {
		fmt.Fprintln(os.Stderr, "volumes:", err)
		os.Exit(1)
	}
}
