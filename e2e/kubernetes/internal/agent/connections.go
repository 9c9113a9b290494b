package agent

import (
	"net"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"
)

// endsAt picks the connections that have an address at one of their ends.
type endsAt struct{ ip net.IP }

func (e endsAt) MatchConntrackFlow(f *netlink.ConntrackFlow) bool {
	for _, t := range []netlink.IPTuple{f.Forward, f.Reverse} {
		if e.ip.Equal(t.SrcIP) || e.ip.Equal(t.DstIP) {
			return true
		}
	}
	return false
}

// forgetConnections makes this node forget the tracked connections of an address. Without it, a pod that gets the address
// of another one would be judged as the answering side of connections that it never had.
func forgetConnections(ip string) error {
	_, err := netlink.ConntrackDeleteFilters(netlink.ConntrackTable, unix.AF_INET, endsAt{net.ParseIP(ip)})
	return err
}
