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
	"cachecluster.dev/kuberig/internal/rig"
)

// State is everything that decides a node's table.
type State struct {
	// Node is the node's number, Nodes are all numbers of the rig.
	Node  int
	Nodes []int
	// Local is the node's own knowledge of which pod has which address.
	Local map[string]Holder
	// Pods, Namespaces and Policies are the API's.
	Pods       []*v1.Pod
	Namespaces map[string]labels.Set
	Policies   []*networkingv1.NetworkPolicy
}

// Holder is the pod that has an address of this node, and the node's end of its cable.
type Holder struct{ UID, Link string }

// Ruleset renders the node's table, and gives the addresses that it judges. A pod that a policy selects gets one chain for
// each isolated direction; a chain returns on a match and drops at its end.
func (s *State) Ruleset() (table string, judged []string) {
	a := s.addresses()
	var chains strings.Builder
	var pods []network.Pod
	for i, l := range s.localPods() {
		judged = append(judged, l.ip)
		p := network.Pod{Link: s.Local[l.ip].Link, IP: l.ip}
		ingress, egress := s.selecting(l.pod)
		chain := func(kind, peer string, body func(rules)) string {
			name := fmt.Sprintf("%s-%d", kind, i+1)
			fmt.Fprintf(&chains, "  chain %s { # %s/%s\n", name, l.pod.Namespace, l.pod.Name)
			// A pod's call to itself, by a service, is nobody's to forbid.
			fmt.Fprintf(&chains, "    %s %s return\n", peer, l.ip)
			body(rules{s, a, &chains, peer})
			chains.WriteString("    counter drop\n  }\n")
			return name
		}
		if ingress != nil {
			p.In = chain("in", network.Client, func(r rules) { r.ingress(ingress, l.pod) })
		}
		if egress != nil {
			p.Out = chain("out", network.Server, func(r rules) { r.egress(egress) })
		}
		pods = append(pods, p)
	}
	return network.Policy(s.Node, s.Nodes, chains.String(), pods), judged
}

type localPod struct {
	ip  string
	pod *v1.Pod
}

// localPods are the addresses of this node whose pod the API knows, too. An address that the API still shows for the pod
// that had it before is left out, and so closed: the other nodes would take the new pod for the old one.
func (s *State) localPods() []localPod {
	byUID := map[string]*v1.Pod{}
	before := map[string]bool{}
	for _, p := range s.Pods {
		byUID[string(p.UID)] = p
		ip := p.Status.PodIP
		if h, taken := s.Local[ip]; taken && h.UID != string(p.UID) && s.here(p) && hasAddress(p) {
			before[ip] = true
		}
	}
	var all []localPod
	for ip, h := range s.Local {
		if p := byUID[h.UID]; p != nil && !before[ip] {
			all = append(all, localPod{ip, p})
		}
	}
	sort.Slice(all, func(i, j int) bool { return all[i].ip < all[j].ip })
	return all
}

func (s *State) here(p *v1.Pod) bool { return p.Spec.NodeName == rig.NodeName(s.Node) }

// hasAddress says whether the API shows an address that is the pod's own and in use.
func hasAddress(p *v1.Pod) bool {
	return !p.Spec.HostNetwork && p.Status.PodIP != "" && p.Status.Phase != v1.PodSucceeded && p.Status.Phase != v1.PodFailed
}

// addresses are every pod's addresses as a peer, by UID: the node's own knowledge for its own pods, the API's for others.
func (s *State) addresses() map[string][]string {
	all := map[string][]string{}
	for ip, h := range s.Local {
		all[h.UID] = append(all[h.UID], ip)
	}
	for _, ips := range all {
		sort.Strings(ips)
	}
	for _, p := range s.Pods {
		if _, known := all[string(p.UID)]; known || s.here(p) || !hasAddress(p) {
			continue
		}
		if _, taken := s.Local[p.Status.PodIP]; !taken { // else the API is behind: the address has another pod by now
			all[string(p.UID)] = []string{p.Status.PodIP}
		}
	}
	return all
}

// rules writes the rules of one chain.
type rules struct {
	*State
	addresses map[string][]string
	*strings.Builder
	// peer is the end of a connection where the chain's peers are.
	peer string
}

func (r rules) ingress(policies []*networkingv1.NetworkPolicy, target *v1.Pod) {
	for _, p := range policies {
		for _, i := range p.Spec.Ingress {
			r.allow(p.Namespace, i.From, portMatches(i.Ports, target))
		}
	}
}

// egress writes named ports peer by peer, because such a port is a different number at each.
func (r rules) egress(policies []*networkingv1.NetworkPolicy) {
	for _, p := range policies {
		for _, e := range p.Spec.Egress {
			r.allow(p.Namespace, e.To, portMatches(e.Ports, nil))
			if named := named(e.Ports); len(named) > 0 {
				for _, pod := range r.Pods {
					if len(e.To) == 0 || r.selects(p.Namespace, e.To, pod) {
						r.allowPods([]*v1.Pod{pod}, portMatches(named, pod))
					}
				}
			}
		}
	}
}
