package network

import (
	"net/netip"
	"strings"
	"testing"
)

func TestRangesHoldTheirAddressesAndDoNotOverlap(t *testing.T) {
	fabric, pods, services := netip.MustParsePrefix(FabricCIDR), netip.MustParsePrefix(PodCIDR), netip.MustParsePrefix(ServiceCIDR)
	for _, a := range []netip.Prefix{fabric, pods, services} {
		for _, b := range []netip.Prefix{fabric, pods, services} {
			if a != b && a.Overlaps(b) {
				t.Errorf("%s overlaps %s", a, b)
			}
		}
		if a.Contains(netip.MustParseAddr(OutsideIP)) {
			t.Errorf("%s holds the outside host", a)
		}
	}
	seen := map[string]int{APIServerIP: 0}
	for n := 1; n <= 9; n++ {
		if ip := netip.MustParseAddr(NodeIP(n)); !fabric.Contains(ip) {
			t.Errorf("node %d at %s is not in %s", n, ip, fabric)
		}
		if r := netip.MustParsePrefix(NodePodCIDR(n)); !pods.Contains(r.Addr()) || r.Bits() <= pods.Bits() {
			t.Errorf("the pods of node %d, %s, are not in %s", n, r, pods)
		}
		for _, name := range []string{NodeIP(n), NodePodCIDR(n), NodeMAC(n), Cable(n)} {
			if other, ok := seen[name]; ok {
				t.Errorf("nodes %d and %d share %s", other, n, name)
			}
			seen[name] = n
		}
		if len(Cable(n)) > 15 {
			t.Errorf("%s is too long for a link's name", Cable(n))
		}
	}
	for _, ip := range []string{APIServiceIP, DNSIP} {
		if !services.Contains(netip.MustParseAddr(ip)) {
			t.Errorf("%s is not in %s", ip, services)
		}
	}
}

func TestCutLinks(t *testing.T) {
	if got := CutLinks(nil); strings.Contains(got, "drop") || !strings.Contains(got, "delete table ip kuberig-links") {
		t.Errorf("healing must leave an empty table:\n%s", got)
	}
	got := CutLinks([]int{2, 3})
	if want := `iifname "eth0" ether saddr { 02:6b:72:00:00:02, 02:6b:72:00:00:03 } counter drop`; !strings.Contains(got, want) {
		t.Errorf("no %q in\n%s", want, got)
	}
}

func TestAClosedNodeKnowsNoPod(t *testing.T) {
	got := ClosedPolicy(1, []int{1, 2})
	for _, want := range []string{
		"  set pods {\n    type ifname . ipv4_addr\n  }\n",
		"    iifname . ip saddr @pods accept\n    counter drop\n",
		"    oifname != \"eth0\" oifname . ip daddr != @pods counter drop\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
}

func TestAnOpenNodeDropsNothing(t *testing.T) {
	if got := OpenPolicy(); strings.Contains(got, "drop") || !strings.Contains(got, "delete table ip "+PolicyTable) || !strings.Contains(got, "ct state new") {
		t.Errorf("an open table replaces the closed one, drops nothing, and keeps connections tracked:\n%s", got)
	}
}

func TestNobodySpeaksUnderAnothersNameByCable(t *testing.T) {
	got := Policy(2, []int{1, 2, 3}, "", nil)
	for _, want := range []string{
		"    ip saddr { 10.244.2.0/24, 10.200.0.12 } counter drop\n",
		"    ip saddr { 10.244.1.0/24, 10.200.0.11 } ether saddr != 02:6b:72:00:00:01 counter drop\n",
		"    ip saddr { 10.244.3.0/24, 10.200.0.13 } ether saddr != 02:6b:72:00:00:03 counter drop\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
}

func TestIPv6IsDroppedBothWays(t *testing.T) {
	got := NoIPv6()
	for _, want := range []string{"table ip6 ", "    iifname != \"lo\" counter drop\n", "    oifname != \"lo\" counter drop\n"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
}
