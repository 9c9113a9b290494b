package network

import (
	"fmt"
	"strings"
)

// LinksTable is the nftables table of cut links on a node.
const LinksTable = "kuberig-links"

// ReplaceTable renders a table so that loading it replaces the old one in one transaction. The first line makes the
// table if it is not there, because the deletion of an absent one is an error.
func ReplaceTable(name, body string) string { return replaceTable("ip", name, body) }

func replaceTable(family, name, body string) string {
	name = family + " " + name
	return fmt.Sprintf("table %s\ndelete table %s\ntable %s {\n%s}\n", name, name, name, body)
}

// NoIPv6 is the table that keeps IPv6 off a node's cables. The rig gives nobody an IPv6 address, but the kernel gives every
// link one of its own, by which a pod would reach whatever its node serves, past all policies.
func NoIPv6() string {
	return replaceTable("ip6", "kuberig-no-ipv6",
		"  chain prerouting {\n    type filter hook prerouting priority -300; policy accept;\n    iifname != \"lo\" counter drop\n  }\n"+
			"  chain output {\n    type filter hook output priority -300; policy accept;\n    oifname != \"lo\" counter drop\n  }\n")
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
