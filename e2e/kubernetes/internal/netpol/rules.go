package netpol

import (
	"fmt"
	"net/netip"
	"sort"
	"strings"

	v1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// selecting gives the policies that isolate the pod in each direction; nil means not isolated.
func (s *State) selecting(pod *v1.Pod) (ingress, egress []*networkingv1.NetworkPolicy) {
	for _, p := range s.Policies {
		if p.Namespace != pod.Namespace || !matches(&p.Spec.PodSelector, pod.Labels) {
			continue
		}
		for _, t := range p.Spec.PolicyTypes {
			if t == networkingv1.PolicyTypeIngress {
				ingress = append(ingress, p)
			} else {
				egress = append(egress, p)
			}
		}
	}
	return
}

func matches(s *metav1.LabelSelector, l map[string]string) bool {
	sel, err := metav1.LabelSelectorAsSelector(s)
	return err == nil && sel.Matches(labels.Set(l))
}

// rule adds the lines of one ingress or egress rule. For ingress the ports are the target's; for egress a named port
// means a different number at each peer, so such a rule is written peer by peer.
func (s *State) rule(b *strings.Builder, ns string, dir side, peers []networkingv1.NetworkPolicyPeer, ports []networkingv1.NetworkPolicyPort, target *v1.Pod) {
	if target == nil && hasNamed(ports) {
		for _, pod := range s.Pods {
			if len(peers) == 0 || s.peerSelects(ns, peers, pod) {
				for _, ip := range s.addressesOf(pod) {
					for _, m := range portMatches(ports, pod, dir.port) {
						fmt.Fprintf(b, "    ip %s %s%s return\n", dir.peer, ip, m)
					}
				}
			}
		}
		return
	}
	matches := portMatches(ports, target, dir.port)
	if len(peers) == 0 {
		for _, m := range matches {
			fmt.Fprintf(b, "   %s return\n", m)
		}
		return
	}
	s.podPeers(b, ns, dir, peers, matches)
	blockPeers(b, dir, peers, matches)
}

func hasNamed(ports []networkingv1.NetworkPolicyPort) bool {
	for _, p := range ports {
		if p.Port != nil && p.Port.Type == intstr.String {
			return true
		}
	}
	return false
}

func (s *State) podPeers(b *strings.Builder, ns string, dir side, peers []networkingv1.NetworkPolicyPeer, matches []string) {
	var ips []string
	for _, pod := range s.Pods {
		if s.peerSelects(ns, peers, pod) {
			ips = append(ips, s.addressesOf(pod)...)
		}
	}
	if len(ips) == 0 {
		return
	}
	sort.Strings(ips)
	for _, m := range matches {
		fmt.Fprintf(b, "    ip %s { %s }%s return\n", dir.peer, strings.Join(ips, ", "), m)
	}
}

func blockPeers(b *strings.Builder, dir side, peers []networkingv1.NetworkPolicyPeer, matches []string) {
	for _, peer := range peers {
		if peer.IPBlock == nil {
			continue
		}
		// The rig has no IPv6, so a block of it matches nothing.
		if p, err := netip.ParsePrefix(peer.IPBlock.CIDR); err != nil || !p.Addr().Is4() {
			continue
		}
		not := ""
		for _, e := range peer.IPBlock.Except { // one by one: exceptions may overlap, the members of a set may not
			not += fmt.Sprintf(" ip %s != %s", dir.peer, e)
		}
		for _, m := range matches {
			fmt.Fprintf(b, "    ip %s %s%s%s return\n", dir.peer, peer.IPBlock.CIDR, not, m)
		}
	}
}

func (s *State) peerSelects(ns string, peers []networkingv1.NetworkPolicyPeer, pod *v1.Pod) bool {
	for _, peer := range peers {
		if peer.IPBlock != nil {
			continue
		}
		if peer.NamespaceSelector == nil {
			if pod.Namespace != ns {
				continue
			}
		} else if !matches(peer.NamespaceSelector, s.Namespaces[pod.Namespace]) {
			continue
		}
		if peer.PodSelector == nil || matches(peer.PodSelector, pod.Labels) {
			return true
		}
	}
	return false
}

// portMatches renders ports; no ports at all means any traffic, which is the empty match.
func portMatches(ports []networkingv1.NetworkPolicyPort, target *v1.Pod, field string) []string {
	if len(ports) == 0 {
		return []string{""}
	}
	var out []string
	for _, p := range ports {
		proto := "tcp"
		if p.Protocol != nil {
			proto = strings.ToLower(string(*p.Protocol))
		}
		switch {
		case p.Port == nil:
			out = append(out, " meta l4proto "+proto)
		case p.Port.Type == intstr.Int && p.EndPort != nil:
			out = append(out, fmt.Sprintf(" %s %s %d-%d", proto, field, p.Port.IntVal, *p.EndPort))
		case p.Port.Type == intstr.Int:
			out = append(out, fmt.Sprintf(" %s %s %d", proto, field, p.Port.IntVal))
		case target != nil:
			for _, c := range containersOf(target) {
				for _, cp := range c.Ports {
					if cp.Name == p.Port.StrVal && strings.EqualFold(string(cp.Protocol), proto) {
						out = append(out, fmt.Sprintf(" %s %s %d", proto, field, cp.ContainerPort))
					}
				}
			}
		}
	}
	return out
}

// containersOf includes the init containers, because a sidecar is one that goes on running.
func containersOf(p *v1.Pod) []v1.Container {
	return append(append([]v1.Container{}, p.Spec.InitContainers...), p.Spec.Containers...)
}
