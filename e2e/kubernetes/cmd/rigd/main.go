// Command rigd is the rig's own processes: the supervisor, process 1 of each set of namespaces, the node, the control
// plane, the outside host, and the CNI plugin that waits for network policies. It is apart from kuberig because it holds
// no Kubernetes code, and so costs a few megabytes of memory where the big binary costs twenty.
package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"cachecluster.dev/kuberig/internal/containers"
	"cachecluster.dev/kuberig/internal/controlplane"
	"cachecluster.dev/kuberig/internal/images"
	"cachecluster.dev/kuberig/internal/node"
	"cachecluster.dev/kuberig/internal/outside"
	"cachecluster.dev/kuberig/internal/rig"
	"cachecluster.dev/kuberig/internal/supervisor"
)

func main() {
	if filepath.Base(os.Args[0]) == node.PolicyPlugin {
		if err := node.Plugin(os.Stdin, os.Stdout); err != nil {
			fmt.Printf(`{"cniVersion":"0.4.0","code":100,"msg":%q}`, err.Error())
			os.Exit(1)
		}
		return
	}
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "rigd:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) < 2 {
		return errors.New("this program is started by kuberig")
	}
	switch args[0] {
	case "init":
		self, err := os.Executable()
		if err != nil {
			return err
		}
		return node.Init(self, args[1:])
	case "container":
		return containers.Main(args[1:], os.Stdout)
	case "images":
		return images.Main(args[1:], os.Stdout)
	case "supervise":
		return supervisor.Main(args[1])
	}
	r, err := rig.Open(args[1])
	if err != nil {
		return err
	}
	switch {
	case args[0] == "control-plane":
		return controlplane.Main(r)
	case args[0] == "outside":
		return outside.Main(r)
	case args[0] == "node" && len(args) == 3:
		return node.Main(r, args[2])
	}
	return fmt.Errorf("unknown order %q", args)
}
