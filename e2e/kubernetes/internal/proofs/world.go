package proofs

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	v1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"cachecluster.dev/kuberig/internal/network"
)

// world is what conformance.md describes: two namespaces with pods that serve and call, and a host outside.
type world struct {
	*stage
	table *table
	specs map[string]networkingv1.NetworkPolicySpec
	// addresses are the pods', the nodes' and outside's, by the names that the table uses.
	addresses map[string]string
	// nodePort and localNodePort lead to x/a.
	nodePort, localNodePort int32
	clusterIP               string
	// undo takes labels back that a case has set.
	undo []func() error
}

const (
	externalIP  = "198.51.100.7"
	servicePort = 70
)

// inhabitants are the world's pods, and where they run.
var inhabitants = []struct {
	name string
	node int
	host bool
}{{"x/a", 1, false}, {"x/b", 1, false}, {"x/c", 2, false}, {"z/a", 1, false}, {"z/b", 2, false}, {"z/host1", 1, true}, {"z/host2", 2, true}}

// theWorld makes it once for all proofs that need it.
func (s *stage) theWorld() (*world, error) {
	if s.world != nil {
		return s.world, nil
	}
	w := &world{stage: s, addresses: map[string]string{"outside": network.OutsideIP, "n1": network.NodeIP(1), "n2": network.NodeIP(2)}}
	var err error
	if w.table, err = readTable(s.conformance); err != nil {
		return nil, err
	}
	for _, ns := range []string{"x", "z"} {
		if err := s.namespace(ns, map[string]string{"ns": ns}); err != nil {
			return nil, err
		}
	}
	var pods []*v1.Pod
	for _, i := range inhabitants {
		ns, name, _ := strings.Cut(i.name, "/")
		pods = append(pods, inhabitant(ns, name, i.node, i.host))
	}
	if err := s.start(pods...); err != nil {
		return nil, err
	}
	for _, p := range pods {
		ip, err := s.ip(p.Namespace, p.Name)
		if err != nil {
			return nil, err
		}
		w.addresses[p.Namespace+"/"+p.Name] = ip
	}
	w.addresses["host1"], w.addresses["host2"] = w.addresses["z/host1"], w.addresses["z/host2"]
	if err := w.serve(); err != nil {
		return nil, err
	}
	if w.specs, err = w.table.specs(w.address); err != nil {
		return nil, err
	}
	s.world = w
	return w, nil
}

// inhabitant may send raw packets, as a pod may whose author asked for nothing: CAP_NET_RAW is among a container's defaults.
func inhabitant(namespace, name string, node int, host bool) *v1.Pod {
	p := pod(namespace, name, node, "serve", ":7000", ":7001", ":7002", "udp/:7000", "udp/:7001", "push/:7003", "sctp/:7000", "sctp/:7001")
	p.Labels = map[string]string{"pod": name}
	p.Spec.SecurityContext = nil
	c := &p.Spec.Containers[0]
	c.SecurityContext = &v1.SecurityContext{RunAsUser: number(0), Capabilities: &v1.Capabilities{Drop: []v1.Capability{"ALL"}, Add: []v1.Capability{"NET_RAW"}}}
	if host {
		p.Labels["pod"] = "host"
		p.Spec.HostNetwork = true
		return p
	}
	c.Ports = []v1.ContainerPort{{Name: "serve-7000-tcp", ContainerPort: 7000}, {Name: "serve-7001-tcp", ContainerPort: 7001}}
	return p
}

// serve puts x/a behind services.
func (w *world) serve() error {
	expose := func(name string, policy v1.ServiceExternalTrafficPolicy, external ...string) (*v1.Service, error) {
		return w.client.CoreV1().Services("x").Create(w.ctx, &v1.Service{
			ObjectMeta: metav1.ObjectMeta{Namespace: "x", Name: name},
			Spec: v1.ServiceSpec{
				Type: v1.ServiceTypeNodePort, Selector: map[string]string{"pod": "a"}, ExternalTrafficPolicy: policy, ExternalIPs: external,
				Ports: []v1.ServicePort{{Port: servicePort, TargetPort: intstr.FromInt32(7000)}},
			},
		}, metav1.CreateOptions{})
	}
	a, err := expose("a", v1.ServiceExternalTrafficPolicyCluster, externalIP)
	if err != nil {
		return err
	}
	local, err := expose("a-local", v1.ServiceExternalTrafficPolicyLocal)
	if err != nil {
		return err
	}
	w.clusterIP, w.nodePort, w.localNodePort = a.Spec.ClusterIP, a.Spec.Ports[0].NodePort, local.Spec.Ports[0].NodePort
	_, err = w.onOutside("ip", "route", "replace", externalIP, "via", network.NodeIP(1))
	return err
}

func (w *world) leave() error {
	w.stage.world = nil
	_, err := w.onOutside("ip", "route", "del", externalIP)
	return errors.Join(err, w.dropNamespace("x"), w.dropNamespace("z"))
}

func (w *world) address(name string) (string, error) {
	if a, ok := w.addresses[name]; ok {
		return a, nil
	}
	return "", fmt.Errorf("nobody is called %q", name)
}

// target turns the table's words into the probe's.
func (w *world) target(words string) (string, error) {
	f := strings.Fields(words)
	switch {
	case words == "dns":
		return "dns/" + network.DNSIP + ":53", nil
	case words == "api server":
		return "connect/" + network.APIServiceIP + ":443", nil
	case words == "service x/a":
		return fmt.Sprintf("tcp/%s:%d", w.clusterIP, servicePort), nil
	case words == "external x/a":
		return fmt.Sprintf("tcp/%s:%d", externalIP, servicePort), nil
	case strings.HasPrefix(words, "nodeport x/a at "):
		return fmt.Sprintf("tcp/%s:%d", w.addresses[f[3]], w.nodePort), nil
	case strings.HasPrefix(words, "local nodeport x/a at "):
		return fmt.Sprintf("tcp/%s:%d", w.addresses[f[4]], w.localNodePort), nil
	}
	a, err := w.address(f[0])
	switch {
	case err != nil:
		return "", err
	case len(f) == 1:
		return "tcp/" + a + ":7000", nil
	case len(f) == 2 && f[1] == "icmp":
		return "icmp/" + a, nil
	case len(f) == 2:
		return "tcp/" + a + ":" + f[1], nil
	case len(f) == 3:
		return f[1] + "/" + a + ":" + f[2], nil
	}
	return "", fmt.Errorf("%q is no target", words)
}

// patience is how long a packet may take before it counts as lost.
const patience = 700 * time.Millisecond

// probeFailed begins the verdict of a target that was not tried.
const probeFailed = "the probe failed"

// run runs the probe at one of the table's places.
func (w *world) run(place string, args ...string) (string, error) {
	if place == "outside" {
		return w.onOutside(append([]string{"probe"}, args...)...)
	}
	ns, name, ok := strings.Cut(place, "/")
	if !ok {
		ns, name = "z", place // host1 and host2
	}
	return w.inPod(ns, name, args...)
}

// tryAll lets every place try its targets, all at the same time, and gives the verdicts: ok, lost, or an error.
func (w *world) tryAll(targets map[string][]string) map[string]map[string]string {
	seen := map[string]map[string]string{}
	var all sync.WaitGroup
	var writing sync.Mutex
	for place, list := range targets {
		all.Add(1)
		go func() {
			defer all.Done()
			out, err := w.run(place, append([]string{"try", patience.String()}, list...)...)
			verdicts := map[string]string{}
			for _, line := range strings.Split(strings.TrimSpace(out), "\n") {
				target, verdict, _ := strings.Cut(line, " ")
				verdicts[target] = verdict
			}
			writing.Lock()
			defer writing.Unlock()
			seen[place] = verdicts
			for _, t := range list {
				if err != nil || verdicts[t] == "" {
					verdicts[t] = fmt.Sprintf("%s: %v", probeFailed, err)
				}
			}
		}()
	}
	all.Wait()
	return seen
}

// gets wants a verdict for one target of the probe, soon.
func (w *world) gets(verdict, place, what, target string) error {
	return w.soon(fmt.Sprintf("from %s to %s: %s", place, what, verdict), 15*time.Second, func() (bool, string) {
		seen := w.tryAll(map[string][]string{place: {target}})[place][target]
		return seen == verdict, seen
	})
}

// loses wants a target to be lost now, and not sooner or later: the first packet that came through would be one too many.
func (w *world) loses(place, what, target string) error {
	for range 3 {
		if seen := w.tryAll(map[string][]string{place: {target}})[place][target]; seen != "lost" {
			return w.check(fmt.Sprintf("from %s to %s: lost at every try", place, what), false, seen)
		}
	}
	return w.check(fmt.Sprintf("from %s to %s: lost at every try", place, what), true)
}
