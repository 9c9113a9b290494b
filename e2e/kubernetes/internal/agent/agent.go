// Package agent keeps one node's network policy table in step with the API and with the node's own pods.
package agent

import (
	"context"
	"flag"
	"fmt"
	"os"
	"sort"
	"time"

	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/clientcmd"

	"cachecluster.dev/kuberig/internal/netpol"
	"cachecluster.dev/kuberig/internal/node"
	"cachecluster.dev/kuberig/internal/process"
)

// settle is how long the agent waits for more changes before it renders: a rollout changes many objects at once.
const settle = 10 * time.Millisecond

// Main runs the agent inside its node.
func Main(args []string) error {
	fs := flag.NewFlagSet("netpol", flag.ExitOnError)
	kubeconfig := fs.String("kubeconfig", "", "kubeconfig file")
	name := fs.String("node", "", "this node's name")
	podRange := fs.String("pod-range", "", "this node's range of pod addresses")
	_ = fs.Parse(args) // exits on an error
	cfg, err := clientcmd.BuildConfigFromFlags("", *kubeconfig)
	if err != nil {
		return err
	}
	client, err := kubernetes.NewForConfig(cfg)
	if err != nil {
		return err
	}
	ctx := context.Background()
	// Informers back off for seconds when the first call fails, so they start when the API server is there.
	_ = process.WaitFor("the API server", time.Minute, func() bool {
		return client.Discovery().RESTClient().Get().AbsPath("/readyz").Timeout(time.Second).Do(ctx).Error() == nil
	})

	changes := make(chan struct{}, 1)
	mark := func() {
		select {
		case changes <- struct{}{}:
		default:
		}
	}
	go watchPods(mark)
	f := informers.NewSharedInformerFactory(client, 10*time.Minute)
	pods, namespaces, policies := f.Core().V1().Pods(), f.Core().V1().Namespaces(), f.Networking().V1().NetworkPolicies()
	h := cache.ResourceEventHandlerFuncs{AddFunc: func(any) { mark() }, UpdateFunc: func(_, _ any) { mark() }, DeleteFunc: func(any) { mark() }}
	for _, i := range []cache.SharedIndexInformer{pods.Informer(), namespaces.Informer(), policies.Informer()} {
		if _, err := i.AddEventHandler(h); err != nil {
			return err
		}
	}
	f.Start(ctx.Done())
	f.WaitForCacheSync(ctx.Done())
	fmt.Fprintf(os.Stderr, "%s: caches filled\n", *name)

	last := ""
	for range changes {
		time.Sleep(settle)
		s := &netpol.State{PodRange: *podRange, Local: map[string]string{}, Namespaces: map[string]labels.Set{}}
		for ip, p := range node.Pods() {
			s.Local[ip] = p.UID
		}
		if s.Pods, err = pods.Lister().List(labels.Everything()); err != nil {
			return err
		}
		if s.Policies, err = policies.Lister().List(labels.Everything()); err != nil {
			return err
		}
		list, err := namespaces.Lister().List(labels.Everything())
		if err != nil {
			return err
		}
		for _, n := range list {
			s.Namespaces[n.Name] = n.Labels
		}
		sort.Slice(s.Pods, func(i, j int) bool { return s.Pods[i].UID < s.Pods[j].UID })
		sort.Slice(s.Policies, func(i, j int) bool { return s.Policies[i].UID < s.Policies[j].UID })
		table, judged := s.Ruleset()
		if table != last {
			if out, err := process.Output(table, "nft", "-f", "-"); err != nil {
				fmt.Fprintf(os.Stderr, "cannot load the table, the old one stays: %v %s\n%s\n", err, out, table)
				time.AfterFunc(time.Second, mark)
				continue
			}
			last = table
		}
		if err := node.SetJudged(judged); err != nil {
			return err
		}
	}
	return nil
}

// look is how often the agent looks which addresses this node has.
const look = 20 * time.Millisecond

// watchPods marks a change whenever a pod of this node gets or loses its address. It looks instead of being told, because
// being told (inotify) fails when the machine's few instances are taken, and then no pod could talk.
func watchPods(mark func()) {
	last := ""
	for range time.Tick(look) {
		entries, err := os.ReadDir(node.PodsDir)
		if err != nil {
			fmt.Fprintln(os.Stderr, "cannot see this node's pods:", err)
			continue
		}
		seen := ""
		if dir, err := os.Stat(node.PodsDir); err == nil {
			seen = dir.ModTime().String() // an address that went and came back within one look
		}
		for _, e := range entries {
			seen += " " + e.Name()
		}
		if seen != last {
			last = seen
			mark()
		}
	}
}
