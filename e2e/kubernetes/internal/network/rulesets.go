package network

import (
	"fmt"
	"strings"
)

// PolicyTable is the nftables table that enforces network policies on a node.
const PolicyTable = "kuberig-policy"

// LinksTable is the nftables table of cut links on a node.
const LinksTable = "kuberig-links"

// ReplaceTable renders a table so that loading it replaces the old one in one transaction. The first line makes the
// table if it is not there, because the deletion of an absent one is an error.
func ReplaceTable(name, body string) string {
	return fmt.Sprintf("table ip %s\ndelete table ip %s\ntable ip %s {\n%s}\n", name, name, name, body)
}

// ClosedPolicy is the table of a node whose policies nobody has rendered yet: no pod may talk.
func ClosedPolicy(podRange string) string {
	return ReplaceTable(PolicyTable, PolicyHooks(podRange, nil, "", "", "", ""))
}

// PolicyHooks renders what every packet of a pod passes. Known are the addresses of pods whose policies are part of
// the table; any other address of the node's range is closed, so that a pod cannot talk before it is judged. The
// four vmaps send a packet into the chains of its sender and its receiver; a packet of the reply direction is judged by
// the chains of the connection's first packet, with source and target exchanged, so that a changed policy also ends
// connections that exist.
func PolicyHooks(podRange string, known []string, out, in, outReply, inReply string) string {
	set := "{ " + strings.Join(known, ", ") + " }"
	closed := func(field string) string {
		if len(known) == 0 {
			return fmt.Sprintf("    ip %s %s counter drop\n", field, podRange)
		}
		return fmt.Sprintf("    ip %s %s ip %s != %s counter drop\n", field, podRange, field, set)
	}
	var b strings.Builder
	// Priority -5: after service addresses were translated (prerouting), before other filters.
	b.WriteString("  chain forward {\n    type filter hook forward priority -5; policy accept;\n")
	b.WriteString(closed("saddr") + closed("daddr"))
	b.WriteString("    ct state related accept\n    ct direction reply goto replies\n")
	b.WriteString(out + in)
	b.WriteString("  }\n")
	b.WriteString("  chain replies {\n" + outReply + inReply + "  }\n")
	// A pod's packets to its own node. The node's packets to its pods (probes) leave by the output hook: nobody judges them.
	b.WriteString("  chain input {\n    type filter hook input priority -5; policy accept;\n")
	b.WriteString("    ct direction reply accept\n    ct state related accept\n")
	b.WriteString(closed("saddr"))
	b.WriteString(out)
	b.WriteString("  }\n")
	return b.String()
}

// CutLinks is the table of a node that hears nothing from some other nodes. Frames are dropped by hardware address, before
// connection tracking, so it does not matter which address or service a packet was meant for.
func CutLinks(from []int) string {
	if len(from) == 0 {
		return ReplaceTable(LinksTable, "")
	}
	var macs []string
	for _, n := range from {
		macs = append(macs, NodeMAC(n))
	}
	return ReplaceTable(LinksTable, fmt.Sprintf(
		"  chain prerouting {\n    type filter hook prerouting priority -400; policy accept;\n"+
			"    iifname \"eth0\" ether saddr { %s } counter drop\n  }\n", strings.Join(macs, ", ")))
}
