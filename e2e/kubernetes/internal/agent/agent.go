// Package agent keeps one node's network policy table in step with the API and with the node's own pods.
package agent

import (
	"context"
	"flag"
	"fmt"
	"os"
	"sort"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	corelisters "k8s.io/client-go/listers/core/v1"
	networkinglisters "k8s.io/client-go/listers/networking/v1"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/clientcmd"

	"cachecluster.dev/kuberig/internal/netpol"
	"cachecluster.dev/kuberig/internal/network"
	"cachecluster.dev/kuberig/internal/node"
	"cachecluster.dev/kuberig/internal/process"
)

// settle is how long the agent waits for more changes before it renders: a rollout changes many objects at once.
const settle = 10 * time.Millisecond

// agent is one node's.
type agent struct {
	name  string
	node  int
	nodes []int
	// off is there while nothing is enforced.
	off string

	pods       corelisters.PodLister
	namespaces corelisters.NamespaceLister
	policies   networkinglisters.NetworkPolicyLister
	filled     atomic.Bool

	// nft loads a table, tell says what is loaded.
	nft  func(table string) (output string, err error)
	tell func(node.Enforcement) error

	changes chan struct{}
	// last is the table that this agent loaded; "" if the one in the kernel is not its own.
	last string
}

// Main runs the agent inside its node.
func Main(args []string) error {
	fs := flag.NewFlagSet("netpol", flag.ExitOnError)
	kubeconfig := fs.String("kubeconfig", "", "kubeconfig file")
	name := fs.String("node", "", "this node's name, as n1")
	nodes := fs.Int("nodes", 0, "how many nodes the rig has")
	off := fs.String("off", "", "a file that is there while nothing is to be enforced")
	_ = fs.Parse(args) // exits on an error
	a := &agent{name: *name, off: *off, changes: make(chan struct{}, 1), tell: node.SetEnforcement}
	a.nft = func(table string) (string, error) { return process.Output(table, "nft", "-f", "-") }
	for n := 1; n <= *nodes; n++ {
		a.nodes = append(a.nodes, n)
	}
	var err error
	if a.node, err = strconv.Atoi(strings.TrimPrefix(*name, "n")); err != nil {
		return err
	}
	cfg, err := clientcmd.BuildConfigFromFlags("", *kubeconfig)
	if err != nil {
		return err
	}
	client, err := kubernetes.NewForConfig(cfg)
	if err != nil {
		return err
	}
	go a.watchNode()
	if err := a.watchAPI(client); err != nil {
		return err
	}
	a.mark()
	for range a.changes {
		time.Sleep(settle)
		if err := a.pass(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			time.AfterFunc(time.Second, a.mark)
		}
	}
	return nil
}

// mark says that something has changed.
func (a *agent) mark() {
	select {
	case a.changes <- struct{}{}:
	default:
	}
}

// watchAPI marks every change in the API. It does not wait for the API server: enforcement can be switched off without it.
func (a *agent) watchAPI(client kubernetes.Interface) error {
	f := informers.NewSharedInformerFactory(client, 10*time.Minute)
	pods, namespaces, policies := f.Core().V1().Pods(), f.Core().V1().Namespaces(), f.Networking().V1().NetworkPolicies()
	a.pods, a.namespaces, a.policies = pods.Lister(), namespaces.Lister(), policies.Lister()
	h := cache.ResourceEventHandlerFuncs{AddFunc: func(any) { a.mark() }, UpdateFunc: func(_, _ any) { a.mark() }, DeleteFunc: func(any) { a.mark() }}
	for _, i := range []cache.SharedIndexInformer{pods.Informer(), namespaces.Informer(), policies.Informer()} {
		if _, err := i.AddEventHandler(h); err != nil {
			return err
		}
	}
	go func() {
		ctx := context.Background()
		// Informers back off for seconds when the first call fails, so they start when the API server is there.
		_ = process.WaitFor("the API server", time.Minute, func() bool {
			return client.Discovery().RESTClient().Get().AbsPath("/readyz").Timeout(time.Second).Do(ctx).Error() == nil
		})
		f.Start(ctx.Done())
		f.WaitForCacheSync(ctx.Done())
		fmt.Fprintf(os.Stderr, "%s: caches filled\n", a.name)
		a.filled.Store(true)
		a.mark()
	}()
	return nil
}

// pass loads the table that follows from what is known now.
func (a *agent) pass() error {
	local := node.Pods()
	if process.Exists(a.off) {
		return a.enforce(network.OpenPolicy(), local, node.Enforcement{State: node.Off})
	}
	if !a.filled.Load() {
		if a.last == "" && node.EnforcementOf("/").State != node.Off {
			return nil // the table of the agent before this one is better than none
		}
		return a.load(network.ClosedPolicy(a.node, a.nodes), node.Enforcement{State: node.Closed})
	}
	s, err := a.state(local)
	if err != nil {
		return err
	}
	table, ips := s.Ruleset()
	judged := map[string]node.Pod{}
	for _, ip := range ips {
		judged[ip] = local[ip]
	}
	e := node.Enforcement{State: node.Enforced, Pods: ips, Policies: map[string]string{}}
	for _, p := range s.Policies {
		e.Policies[p.Namespace+"/"+p.Name] = p.ResourceVersion
	}
	return a.enforce(table, judged, e)
}

func (a *agent) state(local map[string]node.Pod) (*netpol.State, error) {
	s := &netpol.State{Node: a.node, Nodes: a.nodes, Local: map[string]netpol.Holder{}, Namespaces: map[string]labels.Set{}}
	for ip, p := range local {
		s.Local[ip] = netpol.Holder{UID: p.UID, Link: p.Link}
	}
	var err error
	if s.Pods, err = a.pods.List(labels.Everything()); err != nil {
		return nil, err
	}
	if s.Policies, err = a.policies.List(labels.Everything()); err != nil {
		return nil, err
	}
	list, err := a.namespaces.List(labels.Everything())
	if err != nil {
		return nil, err
	}
	for _, n := range list {
		s.Namespaces[n.Name] = n.Labels
	}
	sort.Slice(s.Pods, func(i, j int) bool { return s.Pods[i].UID < s.Pods[j].UID })
	sort.Slice(s.Policies, func(i, j int) bool { return s.Policies[i].UID < s.Policies[j].UID })
	return s, nil
}

// enforce loads a table that judges these pods, and notes that it does.
func (a *agent) enforce(table string, judged map[string]node.Pod, e node.Enforcement) error {
	keys := map[string]string{}
	for ip, p := range judged {
		keys[ip] = p.Key()
		if node.Judged(ip) == p.Key() {
			continue
		}
		if err := forgetConnections(ip); err != nil && e.State != node.Off {
			return fmt.Errorf("%s stays closed: cannot forget the connections of whoever had this address before: %w", ip, err)
		}
	}
	if err := a.load(table, e); err != nil {
		return err
	}
	return node.SetJudged(keys)
}

// load loads a table and says so. A table that cannot be loaded closes the node: what the old one would go on to allow may
// be forbidden by now.
func (a *agent) load(table string, e node.Enforcement) error {
	if table == a.last {
		return a.tell(e)
	}
	out, err := a.nft(table)
	if err == nil {
		a.last = table
		return a.tell(e)
	}
	closed := network.ClosedPolicy(a.node, a.nodes)
	if table != closed {
		if err := a.load(closed, node.Enforcement{State: node.Closed}); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
	}
	return fmt.Errorf("cannot load the table, so the node is closed: %w %s\n%s", err, out, table)
}
