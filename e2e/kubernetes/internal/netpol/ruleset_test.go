package netpol

import (
	"strings"
	"testing"

	v1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/intstr"

	"cachecluster.dev/kuberig/internal/network"
	"cachecluster.dev/kuberig/internal/rig"
)

func testPod(namespace, name, ip string, labels map[string]string) *v1.Pod {
	return &v1.Pod{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name, UID: types.UID("uid-" + name), Labels: labels},
		Spec:       v1.PodSpec{Containers: []v1.Container{{Ports: []v1.ContainerPort{{Name: "valkey", ContainerPort: 6379, Protocol: v1.ProtocolTCP}}}}},
		Status:     v1.PodStatus{PodIP: ip, Phase: v1.PodRunning},
	}
}

func on(node int, p *v1.Pod) *v1.Pod {
	p.Spec.NodeName = rig.NodeName(node)
	return p
}

func app(name string) map[string]string { return map[string]string{"app": name} }

func selects(name string) *metav1.LabelSelector { return &metav1.LabelSelector{MatchLabels: app(name)} }

func port(p intstr.IntOrString) networkingv1.NetworkPolicyPort {
	return networkingv1.NetworkPolicyPort{Port: &p}
}

// world has two pods on this node (server .2, client .3) and one on another (far).
func world(policies ...*networkingv1.NetworkPolicy) *State {
	return &State{
		Node: 1, Nodes: []int{1, 2},
		Local: map[string]Holder{"10.244.1.2": {"uid-server", "veth2"}, "10.244.1.3": {"uid-client", "veth3"}},
		Pods: []*v1.Pod{
			on(1, testPod("a", "server", "10.244.1.2", app("server"))),
			on(1, testPod("a", "client", "10.244.1.3", app("client"))),
			on(2, testPod("b", "far", "10.244.2.2", app("client"))),
		},
		Namespaces: map[string]labels.Set{"a": {"kubernetes.io/metadata.name": "a"}, "b": {"kubernetes.io/metadata.name": "b"}},
		Policies:   policies,
	}
}

func policy(spec networkingv1.NetworkPolicySpec) *networkingv1.NetworkPolicy {
	return &networkingv1.NetworkPolicy{ObjectMeta: metav1.ObjectMeta{Namespace: "a", Name: "p"}, Spec: spec}
}

var (
	in  = networkingv1.PolicyTypeIngress
	out = networkingv1.PolicyTypeEgress
)

// chainOf gives the lines of one chain.
func chainOf(t *testing.T, table, name string) string {
	t.Helper()
	_, rest, ok := strings.Cut(table, "  chain "+name+" {")
	if !ok {
		t.Fatalf("no chain %s in\n%s", name, table)
	}
	body, _, _ := strings.Cut(rest, "\n  }\n")
	return body
}

func TestAnEmptyNodeIsAsClosedAsABootingOne(t *testing.T) {
	got, judged := (&State{Node: 1, Nodes: []int{1, 2}}).Ruleset()
	if want := network.ClosedPolicy(1, []int{1, 2}); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if len(judged) != 0 {
		t.Errorf("judged %v", judged)
	}
}

func TestOnlyJudgedAddressesAreOpen(t *testing.T) {
	const server, client = `"veth2" . 10.244.1.2`, `"veth3" . 10.244.1.3`
	before := func(s *State) { // pod "before" had the server's address, and ended
		s.Pods = append(s.Pods, on(1, testPod("a", "before", "10.244.1.2", nil)))
	}
	cases := map[string]struct {
		change func(*State)
		open   string
	}{
		"both are known":                              {func(*State) {}, server + ", " + client},
		"the API does not know the pod yet":           {func(s *State) { s.Pods = s.Pods[:1] }, server},
		"the node does not know it any more":          {func(s *State) { delete(s.Local, "10.244.1.2") }, client},
		"the address went to a new, unknown pod":      {func(s *State) { s.Local["10.244.1.2"] = Holder{"uid-other", "veth9"} }, client},
		"the address went to another cable":           {func(s *State) { s.Local["10.244.1.2"] = Holder{"uid-server", "veth9"} }, client + `, "veth9" . 10.244.1.2`},
		"the API still shows it for the pod before":   {before, client},
		"the API shows that the pod before has ended": {func(s *State) { before(s); s.Pods[3].Status.Phase = v1.PodFailed }, server + ", " + client},
		"a pod of another node claims it":             {func(s *State) { before(s); on(2, s.Pods[3]) }, server + ", " + client},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			s := world()
			c.change(s)
			table, judged := s.Ruleset()
			if want := "    elements = { " + c.open + " }\n"; !strings.Contains(table, want) {
				t.Errorf("no %q in\n%s", want, table)
			}
			for _, ip := range judged {
				if !strings.Contains(c.open, ip) {
					t.Errorf("%s counts as judged", ip)
				}
			}
		})
	}
}

func TestNoPacketPassesForBelongingToAConnection(t *testing.T) {
	table, _ := world().Ruleset()
	for _, word := range []string{"established", "related accept", "reply accept"} {
		if strings.Contains(table, word) {
			t.Errorf("%q: packets of existing connections, and errors about them, are judged like their first:\n%s", word, table)
		}
	}
	for _, chain := range []string{"forward", "input"} {
		if body := chainOf(t, table, chain); !strings.Contains(body, "ct state { invalid, untracked } counter drop") || !strings.Contains(body, "jump pod") {
			t.Errorf("chain %s lets pass what cannot be judged, or errors about other pods' connections:\n%s", chain, body)
		}
	}
}

func TestPeersOnOtherNodes(t *testing.T) {
	allow := policy(networkingv1.NetworkPolicySpec{
		PodSelector: *selects("server"), PolicyTypes: []networkingv1.PolicyType{in},
		Ingress: []networkingv1.NetworkPolicyIngressRule{{From: []networkingv1.NetworkPolicyPeer{{
			NamespaceSelector: &metav1.LabelSelector{}, PodSelector: selects("client"),
		}}}},
	})
	claim := func(labels map[string]string) func(*State) {
		return func(s *State) { s.Pods = append(s.Pods, on(2, testPod("a", "second", "10.244.2.2", labels))) }
	}
	far := func(change func(*v1.Pod)) func(*State) { return func(s *State) { change(s.Pods[2]) } }
	const both, near = "{ 10.244.1.3, 10.244.2.2 }", "{ 10.244.1.3 }"
	cases := map[string]struct {
		change func(*State)
		want   string
	}{
		"runs":           {func(*State) {}, both},
		"no address yet": {far(func(p *v1.Pod) { p.Status.PodIP = "" }), near},
		"ended":          {far(func(p *v1.Pod) { p.Status.Phase = v1.PodSucceeded }), near},
		"failed":         {far(func(p *v1.Pod) { p.Status.Phase = v1.PodFailed }), near},
		"host network":   {far(func(p *v1.Pod) { p.Spec.HostNetwork = true }), near},
		"stale address":  {far(func(p *v1.Pod) { p.Status.PodIP = "10.244.1.2" }), near},
		"other label":    {far(func(p *v1.Pod) { p.Labels = app("other") }), near},
		"this node's, whose address the node does not know": {far(func(p *v1.Pod) { on(1, p) }), near},
		"one address for two pods, one of them no peer":     {claim(app("other")), near},
		"one address for two pods, both of them peers":      {claim(app("client")), both},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			s := world(allow)
			c.change(s)
			table, _ := s.Ruleset()
			if want := "ct original ip saddr " + c.want + " return"; !strings.Contains(chainOf(t, table, "in-1"), want) {
				t.Errorf("no %q in\n%s", want, table)
			}
		})
	}
}

func TestBlocksAreReadAsTheAPIServerReadsThem(t *testing.T) {
	cases := map[string]struct {
		cidr   string
		except []string
		want   string
	}{
		"plain":                        {"203.0.113.0/24", []string{"203.0.113.64/26"}, "203.0.113.0/24 ct original ip saddr != 203.0.113.64/26 return"},
		"host bits":                    {"203.0.113.77/24", []string{"203.0.113.65/26"}, "203.0.113.0/24 ct original ip saddr != 203.0.113.64/26 return"},
		"leading zeros":                {"010.0.0.0/8", []string{"010.010.0.0/16"}, "10.0.0.0/8 ct original ip saddr != 10.10.0.0/16 return"},
		"everything":                   {"0.0.0.0/0", nil, "0.0.0.0/0 return"},
		"an unreadable exception":      {"10.0.0.0/8", []string{"10.x/16"}, ""},
		"IPv6":                         {"2001:db8::/32", []string{"2001:db8:1::/48"}, ""},
		"words that nft would swallow": {"0.0.0.0/0 accept", nil, ""},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			table, _ := world(policy(networkingv1.NetworkPolicySpec{
				PodSelector: *selects("server"),
				Ingress: []networkingv1.NetworkPolicyIngressRule{{From: []networkingv1.NetworkPolicyPeer{
					{IPBlock: &networkingv1.IPBlock{CIDR: c.cidr, Except: c.except}},
				}}},
			})).Ruleset()
			want := " # a/server\n    ct original ip saddr 10.244.1.2 return\n"
			if c.want != "" {
				want += "    ct original ip saddr " + c.want + "\n"
			}
			if got := chainOf(t, table, "in-1"); got != want+"    counter drop" {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}

func TestASelectorThatCannotBeReadIsolates(t *testing.T) {
	p := policy(networkingv1.NetworkPolicySpec{PodSelector: metav1.LabelSelector{
		MatchExpressions: []metav1.LabelSelectorRequirement{{Key: "app", Operator: "Resembles", Values: []string{"x"}}},
	}})
	table, _ := world(p).Ruleset()
	chainOf(t, table, "in-1")
	chainOf(t, table, "in-2")
}

func TestOfTheInitContainersOnlySidecarsServeNamedPorts(t *testing.T) {
	always := v1.ContainerRestartPolicyAlways
	s := world(policy(networkingv1.NetworkPolicySpec{
		PodSelector: *selects("server"),
		Ingress:     []networkingv1.NetworkPolicyIngressRule{{Ports: []networkingv1.NetworkPolicyPort{port(intstr.FromString("valkey"))}}},
	}))
	s.Pods[0].Spec.InitContainers = []v1.Container{
		{Ports: []v1.ContainerPort{{Name: "valkey", ContainerPort: 1, Protocol: v1.ProtocolTCP}}},
		{Ports: []v1.ContainerPort{{Name: "valkey", ContainerPort: 2}}, RestartPolicy: &always},
		{Ports: []v1.ContainerPort{{Name: "valkey", ContainerPort: 3, Protocol: v1.ProtocolUDP}}, RestartPolicy: &always},
	}
	table, _ := s.Ruleset()
	got := chainOf(t, table, "in-1")
	for port, want := range map[string]bool{"6379": true, "1": false, "2": true, "3": false} {
		if strings.Contains(got, "ct protocol tcp ct reply proto-src "+port+" return") != want {
			t.Errorf("port %s: want %t in\n%s", port, want, got)
		}
	}
}
