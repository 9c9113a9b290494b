// Package netpol turns network policies into one nftables table per node. It is a pure function of what the API and the
// node know.
package netpol

import (
	"fmt"
	"sort"
	"strings"

	v1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/labels"

	"cachecluster.dev/kuberig/internal/network"
)

// State is everything that decides a node's table.
type State struct {
	// PodRange is the node's range of pod addresses.
	PodRange string
	// Local is the node's own knowledge of which pod (by UID) has which address.
	Local map[string]string
	// Pods, Namespaces and Policies are the API's.
	Pods       []*v1.Pod
	Namespaces map[string]labels.Set
	Policies   []*networkingv1.NetworkPolicy
}

// side says where a rule looks for the peer and the port in a packet.
type side struct{ peer, port string }

// A connection's first packet has its target in the destination fields; its replies have it in the source fields.
var (
	fromPeer      = side{"saddr", "dport"} // ingress, first direction
	toPeer        = side{"daddr", "dport"} // egress, first direction
	fromPeerReply = side{"daddr", "sport"} // ingress, replies
	toPeerReply   = side{"saddr", "sport"} // egress, replies
)

// Ruleset renders the node's table, and gives the pods that it judges by address. A pod that a policy selects gets one
// chain for each isolated direction, and one for the replies; a chain returns on a match and drops at its end, so a
// packet must pass its sender's and its receiver's chain.
func (s *State) Ruleset() (table string, judged map[string]string) {
	judged = map[string]string{}
	local := s.localPods()
	var chains strings.Builder
	maps := map[string]map[string]string{"out": {}, "in": {}, "outreply": {}, "inreply": {}}
	var known []string
	for i, l := range local {
		judged[l.ip] = string(l.pod.UID)
		known = append(known, l.ip)
		ingress, egress := s.selecting(l.pod)
		chain := func(kind string, body func(*strings.Builder)) {
			name := fmt.Sprintf("%s-%d", kind, i+1)
			maps[kind][l.ip] = name
			fmt.Fprintf(&chains, "  chain %s { # %s/%s\n", name, l.pod.Namespace, l.pod.Name)
			body(&chains)
			chains.WriteString("    counter drop\n  }\n")
		}
		if ingress != nil {
			chain("in", func(b *strings.Builder) { s.ingress(b, ingress, l.pod, fromPeer) })
			chain("inreply", func(b *strings.Builder) { s.ingress(b, ingress, l.pod, fromPeerReply) })
		}
		if egress != nil {
			chain("out", func(b *strings.Builder) { s.egress(b, egress, toPeer) })
			chain("outreply", func(b *strings.Builder) { s.egress(b, egress, toPeerReply) })
		}
	}
	hooks := network.PolicyHooks(s.PodRange, known,
		vmap("saddr", maps["out"]), vmap("daddr", maps["in"]), vmap("daddr", maps["outreply"]), vmap("saddr", maps["inreply"]))
	return network.ReplaceTable(network.PolicyTable, chains.String()+hooks), judged
}

type localPod struct {
	ip  string
	pod *v1.Pod
}

// localPods are the addresses of this node whose pod the API knows, too.
func (s *State) localPods() []localPod {
	byUID := map[string]*v1.Pod{}
	for _, p := range s.Pods {
		byUID[string(p.UID)] = p
	}
	var all []localPod
	for ip, uid := range s.Local {
		if p := byUID[uid]; p != nil {
			all = append(all, localPod{ip, p})
		}
	}
	sort.Slice(all, func(i, j int) bool { return all[i].ip < all[j].ip })
	return all
}

// addressesOf are a pod's addresses as a peer: the node's own knowledge for its own pods, the API's for all others.
func (s *State) addressesOf(p *v1.Pod) []string {
	var own []string
	for ip, uid := range s.Local {
		if uid == string(p.UID) {
			own = append(own, ip)
		}
	}
	if own != nil {
		sort.Strings(own)
		return own
	}
	ip := p.Status.PodIP
	if p.Spec.HostNetwork || ip == "" || p.Status.Phase == v1.PodSucceeded || p.Status.Phase == v1.PodFailed {
		return nil
	}
	if _, taken := s.Local[ip]; taken {
		return nil // the API still shows an address that has another pod by now
	}
	return []string{ip}
}

func (s *State) ingress(b *strings.Builder, policies []*networkingv1.NetworkPolicy, target *v1.Pod, dir side) {
	for _, p := range policies {
		for _, r := range p.Spec.Ingress {
			s.rule(b, p.Namespace, dir, r.From, r.Ports, target)
		}
	}
}

func (s *State) egress(b *strings.Builder, policies []*networkingv1.NetworkPolicy, dir side) {
	for _, p := range policies {
		for _, r := range p.Spec.Egress {
			s.rule(b, p.Namespace, dir, r.To, r.Ports, nil)
		}
	}
}

// vmap sends packets to the chain of the pod in an address field.
func vmap(field string, chains map[string]string) string {
	if len(chains) == 0 {
		return ""
	}
	var e []string
	for ip, chain := range chains {
		e = append(e, ip+" : jump "+chain)
	}
	sort.Strings(e)
	return fmt.Sprintf("    ip %s vmap { %s }\n", field, strings.Join(e, ", "))
}
