// Package components runs each Kubernetes component with its own command line, as its stand-alone binary would.
package components

import (
	"context"
	"fmt"
	"os"
	"sort"
	"strings"

	"github.com/spf13/cobra"
	"k8s.io/component-base/cli"
	_ "k8s.io/component-base/metrics/prometheus/clientgo" // registers the clients' metrics, as every component does
	_ "k8s.io/component-base/metrics/prometheus/version"  // registers the version's metric
	kubectl "k8s.io/kubectl/pkg/cmd"
	kubectlutil "k8s.io/kubectl/pkg/cmd/util"
	apiserver "k8s.io/kubernetes/cmd/kube-apiserver/app"
	controllermanager "k8s.io/kubernetes/cmd/kube-controller-manager/app"
	proxy "k8s.io/kubernetes/cmd/kube-proxy/app"
	scheduler "k8s.io/kubernetes/cmd/kube-scheduler/app"
	kubelet "k8s.io/kubernetes/cmd/kubelet/app"

	"cachecluster.dev/kuberig/internal/agent"
)

var components = map[string]func(args []string) error{
	"etcd":                    Etcd,
	"dns":                     DNS,
	"netpol":                  agent.Main,
	"kube-apiserver":          upstream("kube-apiserver", apiserver.NewAPIServerCommand),
	"kube-controller-manager": upstream("kube-controller-manager", controllermanager.NewControllerManagerCommand),
	"kube-scheduler":          upstream("kube-scheduler", func() *cobra.Command { return scheduler.NewSchedulerCommand() }),
	"kubelet":                 upstream("kubelet", func() *cobra.Command { return kubelet.NewKubeletCommand(context.Background()) }),
	"kube-proxy":              upstream("kube-proxy", proxy.NewProxyCommand),
}

// Run runs one component until it ends.
func Run(args []string) error {
	if len(args) > 0 {
		if f, ok := components[args[0]]; ok {
			return f(args[1:])
		}
	}
	var names []string
	for n := range components {
		names = append(names, n)
	}
	sort.Strings(names)
	return fmt.Errorf("kuberig component NAME [flags]: the components are %s", strings.Join(names, ", "))
}

func upstream(name string, command func() *cobra.Command) func([]string) error {
	return func(args []string) error {
		os.Args = append([]string{name}, args...) // some components read it themselves
		c := command()
		c.SetArgs(args)
		os.Exit(cli.Run(c))
		return nil
	}
}

// Kubectl runs kubectl.
func Kubectl(args []string) error {
	os.Args = append([]string{"kubectl"}, args...)
	if err := cli.RunNoErrOutput(kubectl.NewDefaultKubectlCommand()); err != nil {
		kubectlutil.CheckErr(err) // prints it as kubectl does, and exits
	}
	return nil
}
