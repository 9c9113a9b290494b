package network

import (
	"fmt"
	"sort"
	"strings"
)

// PolicyTable is the nftables table that enforces network policies on a node.
const PolicyTable = "kuberig-policy"

// Client and Server are the two ends of a packet's connection as the policies mean them: the address that began it, and the
// address that answers once a service's address was translated. They are the same for every packet of the connection, in
// both directions, and for ICMP errors about it. So a policy is one list of rules, and a changed one ends what it forbids.
const (
	Client = "ct original ip saddr"
	Server = "ct reply ip saddr"
	// ServerPort is the port that answers, after translation.
	ServerPort = "ct reply proto-src"
)

// Pod is one pod of a node's table. A pod that is not part of it is closed.
type Pod struct {
	// Link is the node's end of the pod's cable. Only through it does the pod speak and hear.
	Link, IP string
	// In and Out are the chains of the policies that isolate the pod; "" if none does.
	In, Out string
}

// ClosedPolicy is the table of a node whose policies nobody has rendered yet: no pod may talk.
func ClosedPolicy(node int, nodes []int) string { return Policy(node, nodes, "", nil) }

// OpenPolicy is the table of a node that enforces nothing. Its only rule keeps connections tracked, so that they can be
// judged when enforcement is switched on again.
func OpenPolicy() string {
	return ReplaceTable(PolicyTable, "  chain forward {\n    type filter hook forward priority -5; policy accept;\n    ct state new counter\n  }\n")
}

// Policy renders a node's table: which pods are part of it, the chains of their policies, and what every packet meets.
// A packet must pass its client's chain and its server's chain.
func Policy(node int, nodes []int, chains string, pods []Pod) string {
	out, in := map[string]string{}, map[string]string{}
	var links, own []string
	for _, p := range pods {
		links = append(links, fmt.Sprintf("%q . %s", p.Link, p.IP))
		own = append(own, p.IP+" . "+p.IP)
		if p.Out != "" {
			out[p.IP] = p.Out
		}
		if p.In != "" {
			in[p.IP] = p.In
		}
	}
	fromPod := vmap(Client, out)
	var b strings.Builder
	b.WriteString(set("pods", "ifname . ipv4_addr", links))
	b.WriteString(set("own", "ipv4_addr . ipv4_addr", own))
	b.WriteString(chains)

	// Before connection tracking (-200), so that a lie about the sender does not even touch another pod's connection.
	b.WriteString("  chain source {\n    type filter hook prerouting priority -300; policy accept;\n")
	b.WriteString("    iifname \"lo\" accept\n    iifname \"eth0\" goto cable\n    iifname . ip saddr @pods accept\n    counter drop\n  }\n")
	b.WriteString("  chain cable {\n" + fromCable(node, nodes) + "  }\n")

	// An ICMP error belongs to the connection that it quotes, and anybody can quote. A pod may speak of its own only.
	b.WriteString("  chain pod {\n")
	fmt.Fprintf(&b, "    ct state related ip saddr . %s != @own ip saddr . %s != @own counter drop\n  }\n", Client, Server)

	// Priority -5: after service addresses were translated (prerouting), before other filters.
	b.WriteString("  chain forward {\n    type filter hook forward priority -5; policy accept;\n")
	b.WriteString("    ct state { invalid, untracked } counter drop\n")
	b.WriteString("    oifname != \"eth0\" oifname . ip daddr != @pods counter drop\n")
	b.WriteString("    iifname != \"eth0\" jump pod\n")
	b.WriteString(fromPod + vmap(Server, in) + "  }\n")

	// A pod's packets to its own node. Connections that the node began (probes) are nobody's here, so they pass.
	b.WriteString("  chain input {\n    type filter hook input priority -5; policy accept;\n")
	b.WriteString("    iifname { \"lo\", \"eth0\" } accept\n    ct state { invalid, untracked } counter drop\n    jump pod\n")
	b.WriteString(fromPod + "  }\n")

	// The node's answers to its pods.
	b.WriteString("  chain output {\n    type filter hook output priority -5; policy accept;\n    ct direction original accept\n")
	b.WriteString(fromPod + "  }\n")
	return ReplaceTable(PolicyTable, b.String())
}

// fromCable drops what comes from other nodes under a false name: a node's own pods do not come by cable, and a pod of
// another node comes from that node's hardware address, which lets out only what is true.
func fromCable(node int, nodes []int) string {
	var b strings.Builder
	for _, n := range nodes {
		if n == node {
			fmt.Fprintf(&b, "    ip saddr { %s, %s } counter drop\n", NodePodCIDR(n), NodeIP(n))
		} else {
			fmt.Fprintf(&b, "    ip saddr { %s, %s } ether saddr != %s counter drop\n", NodePodCIDR(n), NodeIP(n), NodeMAC(n))
		}
	}
	return b.String()
}

func set(name, kind string, elements []string) string {
	sort.Strings(elements)
	text := fmt.Sprintf("  set %s {\n    type %s\n", name, kind)
	if len(elements) > 0 {
		text += "    elements = { " + strings.Join(elements, ", ") + " }\n"
	}
	return text + "  }\n"
}

// vmap sends packets to the chain of the pod at one end of their connection.
func vmap(end string, chains map[string]string) string {
	if len(chains) == 0 {
		return ""
	}
	var e []string
	for ip, chain := range chains {
		e = append(e, ip+" : jump "+chain)
	}
	sort.Strings(e)
	return fmt.Sprintf("    %s vmap { %s }\n", end, strings.Join(e, ", "))
}
