package netpol

import (
	"fmt"
	"net/netip"
	"slices"
	"sort"
	"strings"

	v1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/util/intstr"
	netutils "k8s.io/utils/net"

	"cachecluster.dev/kuberig/internal/network"
)

// selecting gives the policies that isolate the pod in each direction; nil means not isolated.
func (s *State) selecting(pod *v1.Pod) (ingress, egress []*networkingv1.NetworkPolicy) {
	for _, p := range s.Policies {
		if p.Namespace != pod.Namespace {
			continue
		}
		// A selector that cannot be read must not leave a pod open.
		if selected, err := matches(&p.Spec.PodSelector, pod.Labels); err == nil && !selected {
			continue
		}
		types := typesOf(p)
		if slices.Contains(types, networkingv1.PolicyTypeIngress) {
			ingress = append(ingress, p)
		}
		if slices.Contains(types, networkingv1.PolicyTypeEgress) {
			egress = append(egress, p)
		}
	}
	return
}

// typesOf gives the directions that a policy isolates: without policyTypes ingress, and egress if it has such rules.
func typesOf(p *networkingv1.NetworkPolicy) []networkingv1.PolicyType {
	switch {
	case len(p.Spec.PolicyTypes) > 0:
		return p.Spec.PolicyTypes
	case len(p.Spec.Egress) > 0:
		return []networkingv1.PolicyType{networkingv1.PolicyTypeIngress, networkingv1.PolicyTypeEgress}
	}
	return []networkingv1.PolicyType{networkingv1.PolicyTypeIngress}
}

func matches(s *metav1.LabelSelector, l map[string]string) (bool, error) {
	sel, err := metav1.LabelSelectorAsSelector(s)
	return err == nil && sel.Matches(labels.Set(l)), err
}

// allow writes what one rule lets pass. No peers at all means everybody; no port matches means no port.
func (r rules) allow(ns string, peers []networkingv1.NetworkPolicyPeer, ports []string) {
	if len(peers) == 0 {
		for _, port := range ports {
			fmt.Fprintf(r, "   %s return\n", port)
		}
		return
	}
	var selected []*v1.Pod
	for _, pod := range r.Pods {
		if r.selects(ns, peers, pod) {
			selected = append(selected, pod)
		}
	}
	r.allowPods(selected, ports)
	r.allowBlocks(peers, ports)
}

// allowPods leaves out addresses that a pod which is not selected has, too: while the API shows one address for two pods,
// nobody can tell who sends.
func (r rules) allowPods(selected []*v1.Pod, ports []string) {
	ips := map[string]bool{}
	for _, pod := range selected {
		for _, ip := range r.addresses[string(pod.UID)] {
			ips[ip] = true
		}
	}
	for _, pod := range r.Pods {
		if !slices.Contains(selected, pod) {
			for _, ip := range r.addresses[string(pod.UID)] {
				delete(ips, ip)
			}
		}
	}
	if len(ips) == 0 {
		return
	}
	var sorted []string
	for ip := range ips {
		sorted = append(sorted, ip)
	}
	sort.Strings(sorted)
	for _, port := range ports {
		fmt.Fprintf(r, "    %s { %s }%s return\n", r.peer, strings.Join(sorted, ", "), port)
	}
}

func (r rules) allowBlocks(peers []networkingv1.NetworkPolicyPeer, ports []string) {
	for _, peer := range peers {
		if peer.IPBlock == nil {
			continue
		}
		block, ok := ipv4(peer.IPBlock.CIDR)
		if !ok {
			continue // the rig has no IPv6, so a block of it matches nothing
		}
		not := ""
		for _, e := range peer.IPBlock.Except { // one by one: exceptions may overlap, the members of a set may not
			except, readable := ipv4(e)
			ok = ok && readable // what should be excepted must not pass because it cannot be read
			not += fmt.Sprintf(" %s != %s", r.peer, except)
		}
		for _, port := range ports {
			if ok {
				fmt.Fprintf(r, "    %s %s%s%s return\n", r.peer, block, not, port)
			}
		}
	}
}

// ipv4 reads a block as the API server does, which takes 010.1.2.3/8 for 10.0.0.0/8. nft must not see it as it was
// written: one policy that nft reads otherwise, or refuses, would spoil the whole node's table.
func ipv4(cidr string) (netip.Prefix, bool) {
	_, n, err := netutils.ParseCIDRSloppy(cidr)
	if err != nil || n.IP.To4() == nil {
		return netip.Prefix{}, false
	}
	bits, _ := n.Mask.Size()
	return netip.PrefixFrom(netip.AddrFrom4([4]byte(n.IP.To4())), bits), true
}

// selects says whether a pod is one of the peers. Pods with host networking are not: their packets are the node's.
func (s *State) selects(ns string, peers []networkingv1.NetworkPolicyPeer, pod *v1.Pod) bool {
	for _, peer := range peers {
		if peer.IPBlock != nil || (peer.NamespaceSelector == nil && pod.Namespace != ns) {
			continue
		}
		selected := true
		if peer.NamespaceSelector != nil {
			selected, _ = matches(peer.NamespaceSelector, s.Namespaces[pod.Namespace])
		}
		if selected && peer.PodSelector != nil {
			selected, _ = matches(peer.PodSelector, pod.Labels)
		}
		if selected {
			return true
		}
	}
	return false
}

// portMatches renders ports; no ports at all means any traffic, which is the empty match. Named ports need the pod that
// serves them, and are left out without it.
func portMatches(ports []networkingv1.NetworkPolicyPort, server *v1.Pod) []string {
	if len(ports) == 0 {
		return []string{""}
	}
	var out []string
	for _, p := range ports {
		proto := v1.ProtocolTCP
		if p.Protocol != nil {
			proto = *p.Protocol
		}
		match := " ct protocol " + strings.ToLower(string(proto))
		add := func(port string) { out = append(out, match+" "+network.ServerPort+" "+port) }
		switch {
		case p.Port == nil:
			out = append(out, match)
		case p.Port.Type == intstr.Int && p.EndPort != nil:
			add(fmt.Sprintf("%d-%d", p.Port.IntVal, *p.EndPort))
		case p.Port.Type == intstr.Int:
			add(fmt.Sprint(p.Port.IntVal))
		case server != nil:
			for _, number := range numbers(server, p.Port.StrVal, proto) {
				add(fmt.Sprint(number))
			}
		}
	}
	return out
}

func named(ports []networkingv1.NetworkPolicyPort) []networkingv1.NetworkPolicyPort {
	var out []networkingv1.NetworkPolicyPort
	for _, p := range ports {
		if p.Port != nil && p.Port.Type == intstr.String {
			out = append(out, p)
		}
	}
	return out
}

// numbers are a pod's ports of that name. Of the init containers only sidecars count: the others have ended when the pod
// serves.
func numbers(pod *v1.Pod, name string, proto v1.Protocol) []int32 {
	containers := slices.Clone(pod.Spec.Containers)
	for _, c := range pod.Spec.InitContainers {
		if c.RestartPolicy != nil && *c.RestartPolicy == v1.ContainerRestartPolicyAlways {
			containers = append(containers, c)
		}
	}
	var all []int32
	for _, c := range containers {
		for _, p := range c.Ports {
			if p.Name == name && (p.Protocol == proto || p.Protocol == "" && proto == v1.ProtocolTCP) {
				all = append(all, p.ContainerPort)
			}
		}
	}
	return all
}
