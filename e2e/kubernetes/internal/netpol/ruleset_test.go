package netpol

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	v1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/intstr"

	"cachecluster.dev/kuberig/internal/network"
)

var update = flag.Bool("update", false, "write the golden files anew; read the difference before you commit it")

const podRange = "10.244.1.0/24"

func testPod(namespace, name, ip string, labels map[string]string) *v1.Pod {
	return &v1.Pod{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name, UID: types.UID("uid-" + name), Labels: labels},
		Spec:       v1.PodSpec{Containers: []v1.Container{{Ports: []v1.ContainerPort{{Name: "valkey", ContainerPort: 6379, Protocol: v1.ProtocolTCP}}}}},
		Status:     v1.PodStatus{PodIP: ip, Phase: v1.PodRunning},
	}
}

func app(name string) map[string]string { return map[string]string{"app": name} }

func selects(name string) *metav1.LabelSelector { return &metav1.LabelSelector{MatchLabels: app(name)} }

func port(p intstr.IntOrString) networkingv1.NetworkPolicyPort {
	return networkingv1.NetworkPolicyPort{Port: &p}
}

// world has two pods on this node (server .2, client .3) and one on another (far).
func world(policies ...*networkingv1.NetworkPolicy) *State {
	return &State{
		PodRange: podRange,
		Local:    map[string]string{"10.244.1.2": "uid-server", "10.244.1.3": "uid-client"},
		Pods: []*v1.Pod{
			testPod("a", "server", "10.244.1.2", app("server")),
			testPod("a", "client", "10.244.1.3", app("client")),
			testPod("b", "far", "10.244.2.2", app("client")),
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

func TestGoldenTables(t *testing.T) {
	udp, end := v1.ProtocolUDP, int32(7009)
	cases := map[string]*State{
		"no-policy":    world(),
		"default-deny": world(policy(networkingv1.NetworkPolicySpec{PolicyTypes: []networkingv1.PolicyType{in, out}})),
		"allow-in": world(policy(networkingv1.NetworkPolicySpec{
			PodSelector: *selects("server"), PolicyTypes: []networkingv1.PolicyType{in},
			Ingress: []networkingv1.NetworkPolicyIngressRule{{
				From: []networkingv1.NetworkPolicyPeer{
					{PodSelector: selects("client")},
					{NamespaceSelector: &metav1.LabelSelector{MatchLabels: map[string]string{"kubernetes.io/metadata.name": "b"}}},
				},
				Ports: []networkingv1.NetworkPolicyPort{port(intstr.FromString("valkey"))},
			}},
		})),
		"allow-out-named-port": world(policy(networkingv1.NetworkPolicySpec{
			PodSelector: *selects("client"), PolicyTypes: []networkingv1.PolicyType{out},
			Egress: []networkingv1.NetworkPolicyEgressRule{{
				To:    []networkingv1.NetworkPolicyPeer{{PodSelector: selects("server")}},
				Ports: []networkingv1.NetworkPolicyPort{port(intstr.FromString("valkey"))},
			}},
		})),
		"blocks-ranges-udp": world(policy(networkingv1.NetworkPolicySpec{
			PodSelector: *selects("server"), PolicyTypes: []networkingv1.PolicyType{out},
			Egress: []networkingv1.NetworkPolicyEgressRule{
				{
					To: []networkingv1.NetworkPolicyPeer{
						{IPBlock: &networkingv1.IPBlock{CIDR: "203.0.113.0/24", Except: []string{"203.0.113.64/26", "203.0.113.64/27"}}},
						{IPBlock: &networkingv1.IPBlock{CIDR: "2001:db8::/32"}},
					},
					Ports: []networkingv1.NetworkPolicyPort{{Port: &intstr.IntOrString{IntVal: 7000}, EndPort: &end}},
				},
				{Ports: []networkingv1.NetworkPolicyPort{{Protocol: &udp, Port: &intstr.IntOrString{IntVal: 53}}, {Protocol: &udp}}},
			},
		})),
		"allow-all-in": world(policy(networkingv1.NetworkPolicySpec{
			PolicyTypes: []networkingv1.PolicyType{in}, Ingress: []networkingv1.NetworkPolicyIngressRule{{}},
		})),
	}
	for name, state := range cases {
		t.Run(name, func(t *testing.T) {
			got, _ := state.Ruleset()
			file := filepath.Join("testdata", name+".nft")
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("the table differs from %s:\n%s", file, got)
			}
		})
	}
}

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
	got, judged := (&State{PodRange: podRange}).Ruleset()
	if want := network.ClosedPolicy(podRange); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if len(judged) != 0 {
		t.Errorf("judged %v", judged)
	}
}

func TestOnlyJudgedAddressesAreOpen(t *testing.T) {
	cases := map[string]struct {
		change func(*State)
		open   string
	}{
		"both are known":                         {func(*State) {}, "{ 10.244.1.2, 10.244.1.3 }"},
		"the API does not know the pod yet":      {func(s *State) { s.Pods = s.Pods[:1] }, "{ 10.244.1.2 }"},
		"the node does not know it any more":     {func(s *State) { delete(s.Local, "10.244.1.2") }, "{ 10.244.1.3 }"},
		"the address went to a new, unknown pod": {func(s *State) { s.Local["10.244.1.2"] = "uid-other" }, "{ 10.244.1.3 }"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			s := world()
			c.change(s)
			table, judged := s.Ruleset()
			for _, chain := range []string{"forward", "input"} {
				want := "ip saddr 10.244.1.0/24 ip saddr != " + c.open + " counter drop"
				if !strings.Contains(chainOf(t, table, chain), want) {
					t.Errorf("chain %s lacks %q:\n%s", chain, want, table)
				}
			}
			if want := "ip daddr 10.244.1.0/24 ip daddr != " + c.open + " counter drop"; !strings.Contains(chainOf(t, table, "forward"), want) {
				t.Errorf("chain forward lacks %q:\n%s", want, table)
			}
			for ip := range judged {
				if !strings.Contains(c.open, ip) {
					t.Errorf("%s counts as judged", ip)
				}
			}
		})
	}
}

func TestRepliesAreJudgedByTheFirstPacketsRules(t *testing.T) {
	s := world(policy(networkingv1.NetworkPolicySpec{
		PodSelector: *selects("server"), PolicyTypes: []networkingv1.PolicyType{in},
		Ingress: []networkingv1.NetworkPolicyIngressRule{{
			From:  []networkingv1.NetworkPolicyPeer{{PodSelector: selects("client")}},
			Ports: []networkingv1.NetworkPolicyPort{port(intstr.FromInt32(6379))},
		}},
	}))
	table, _ := s.Ruleset()
	if want := "ip saddr { 10.244.1.3 } tcp dport 6379 return"; !strings.Contains(chainOf(t, table, "in-1"), want) {
		t.Errorf("no %q in\n%s", want, table)
	}
	if want := "ip daddr { 10.244.1.3 } tcp sport 6379 return"; !strings.Contains(chainOf(t, table, "inreply-1"), want) {
		t.Errorf("no %q in\n%s", want, table)
	}
	if strings.Contains(table, "established") {
		t.Errorf("an established connection must not pass for being established:\n%s", table)
	}
}

func TestPeersOnOtherNodes(t *testing.T) {
	allow := policy(networkingv1.NetworkPolicySpec{
		PodSelector: *selects("server"), PolicyTypes: []networkingv1.PolicyType{in},
		Ingress: []networkingv1.NetworkPolicyIngressRule{{From: []networkingv1.NetworkPolicyPeer{{
			NamespaceSelector: &metav1.LabelSelector{}, PodSelector: selects("client"),
		}}}},
	})
	cases := map[string]struct {
		change func(*v1.Pod)
		want   string
	}{
		"runs":           {func(*v1.Pod) {}, "{ 10.244.1.3, 10.244.2.2 }"},
		"no address yet": {func(p *v1.Pod) { p.Status.PodIP = "" }, "{ 10.244.1.3 }"},
		"ended":          {func(p *v1.Pod) { p.Status.Phase = v1.PodSucceeded }, "{ 10.244.1.3 }"},
		"failed":         {func(p *v1.Pod) { p.Status.Phase = v1.PodFailed }, "{ 10.244.1.3 }"},
		"host network":   {func(p *v1.Pod) { p.Spec.HostNetwork = true }, "{ 10.244.1.3 }"},
		"stale address":  {func(p *v1.Pod) { p.Status.PodIP = "10.244.1.2" }, "{ 10.244.1.3 }"},
		"other label":    {func(p *v1.Pod) { p.Labels = app("other") }, "{ 10.244.1.3 }"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			s := world(allow)
			c.change(s.Pods[2])
			table, _ := s.Ruleset()
			if want := "ip saddr " + c.want + " return"; !strings.Contains(chainOf(t, table, "in-1"), want) {
				t.Errorf("no %q in\n%s", want, table)
			}
		})
	}
}
