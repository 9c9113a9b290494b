package netpol

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	v1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
)

var update = flag.Bool("update", false, "write the golden files anew; read the difference before you commit it")

func TestGoldenTables(t *testing.T) {
	udp, sctp, end := v1.ProtocolUDP, v1.ProtocolSCTP, int32(7009)
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
		"named-and-numbered-ports-out": world(policy(networkingv1.NetworkPolicySpec{
			PodSelector: *selects("client"), PolicyTypes: []networkingv1.PolicyType{out},
			Egress: []networkingv1.NetworkPolicyEgressRule{{
				To: []networkingv1.NetworkPolicyPeer{
					{PodSelector: selects("server")}, {IPBlock: &networkingv1.IPBlock{CIDR: "203.0.113.0/24"}},
				},
				Ports: []networkingv1.NetworkPolicyPort{port(intstr.FromString("valkey")), port(intstr.FromInt32(7000))},
			}},
		})),
		"sctp": world(policy(networkingv1.NetworkPolicySpec{
			PodSelector: *selects("server"), PolicyTypes: []networkingv1.PolicyType{in},
			Ingress: []networkingv1.NetworkPolicyIngressRule{{
				Ports: []networkingv1.NetworkPolicyPort{{Protocol: &sctp, Port: &intstr.IntOrString{IntVal: 7000}}},
			}},
		})),
		"default-types": world(
			policy(networkingv1.NetworkPolicySpec{PodSelector: *selects("server")}),
			policy(networkingv1.NetworkPolicySpec{PodSelector: *selects("client"), Egress: []networkingv1.NetworkPolicyEgressRule{{}}}),
		),
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
