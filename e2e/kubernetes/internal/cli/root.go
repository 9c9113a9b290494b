// Package cli is the command line.
package cli

import (
	"os"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"cachecluster.dev/kuberig/internal/rig"
	"cachecluster.dev/kuberig/internal/supervisor"
)

// options are the flags of every command.
type options struct {
	dir string
	// kubectl runs kubectl's own command line.
	kubectl func([]string) error
}

// open finds the rig that a command is about.
func (o *options) open() (*rig.Rig, error) {
	dir, err := rig.Directory(o.dir)
	if err != nil {
		return nil, err
	}
	return rig.Open(dir)
}

// ask sends a command to the rig's supervisor and prints what it says.
func (o *options) ask(command string, args ...string) error {
	r, err := o.open()
	if err != nil {
		return err
	}
	if err := needRoot(); err != nil {
		return err
	}
	return supervisor.Ask(r, os.Stdout, command, args...)
}

// Command is the whole command line. Conformance is the text of conformance.md.
func Command(kubectl func([]string) error, conformance string) *cobra.Command {
	o := &options{kubectl: kubectl}
	root := &cobra.Command{
		Use:   "kuberig",
		Short: "a real Kubernetes on this machine, with nodes to pull the plug on",
		Long: `kuberig runs a real Kubernetes 1.35 on one Linux machine: etcd, API server, controllers, scheduler, one to three
nodes with kubelet and containerd, DNS, storage and enforced network policies. Every node is made of namespaces and can be
switched off, cut off and healed. Nothing reaches the machine's own network.

  kuberig up --nodes 3
  export KUBECONFIG=$(kuberig kubeconfig)
  kuberig images load my-operator.tar
  kuberig node stop 2
  kuberig heal
  kuberig down`,
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	root.PersistentFlags().StringVar(&o.dir, "dir", "", "where the rig lives (default: $KUBERIG_DIR, else .rig in this git repository)")
	// The components bring a --version of their own, which means nothing here.
	_ = pflag.CommandLine.MarkHidden("version") // an error says that it is not there, which is as good
	root.CompletionOptions.HiddenDefaultCmd = true
	for _, title := range []string{groupRig, groupFaults, groupLook} {
		root.AddGroup(&cobra.Group{ID: title, Title: title + ":"})
	}
	add := func(group string, commands ...*cobra.Command) {
		for _, c := range commands {
			c.GroupID = group
			root.AddCommand(c)
		}
	}
	add(groupRig, setupCommand(), upCommand(o), downCommand(o), statusCommand(o), imagesCommand(o))
	add(groupFaults, nodeCommand(o), linkCommand(o), podCommand(o), apiServerCommand(o), netpolCommand(o), healCommand(o))
	add(groupLook, kubeconfigCommand(o), kubectlCommand(o), logsCommand(o), auditLogCommand(o), diskCommand(o), outsideCommand(o))
	root.AddCommand(proveCommand(conformance))
	return root
}

const (
	groupRig    = "The rig"
	groupFaults = "Faults, each with its undo"
	groupLook   = "Looking at it"
)
