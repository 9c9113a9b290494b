package proofs

import (
	"fmt"
	"strings"

	"cachecluster.dev/kuberig/internal/network"
)

// proveNoIPv6 calls the node by the address that the kernel gives every link.
func proveNoIPv6(s *stage) error {
	w, err := s.theWorld()
	if err != nil {
		return err
	}
	out, err := w.onNode(1, "sh", "-c", `ip -6 -o addr show dev "$(ip -o route get `+w.addresses["x/a"]+` | sed 's/.* dev \([^ ]*\) .*/\1/')" scope link`)
	if err != nil {
		return fmt.Errorf("%w: %s", err, out)
	}
	_, after, ok := strings.Cut(out, "inet6 ")
	address, _, _ := strings.Cut(after, "/")
	if !ok {
		return w.check("this machine's links have no IPv6 addresses at all", out == "", out)
	}
	target := "connect/[" + address + "%eth0]:7000"
	restore := func() error {
		_, err := w.onNode(1, "sh", "-c", "printf '%s' '"+network.NoIPv6()+"' | nft -f -")
		return err
	}
	err = inOrder(
		func() error {
			all, err := w.run("x/a", "read", "/proc/net/if_inet6")
			return w.check("pods have no IPv6 addresses but those of the link", err == nil && !foreignIPv6(all), err, all)
		},
		func() error { return w.loses("x/a", "its node by "+address, target) },
		func() error { return w.gets("ok", "x/a", "its node by IPv4", "connect/"+w.addresses["host1"]+":7000") },
		// The control: without the table that drops it, IPv6 passes every policy.
		func() error { return w.apply("x", "deny-all") },
		w.loaded,
		func() error { _, err := w.onNode(1, "nft", "delete", "table", "ip6", "kuberig-no-ipv6"); return err },
		func() error {
			return w.gets("ok", "x/a", "its node by "+address+" without the rig's table for IPv6", target)
		},
		restore,
		func() error { return w.loses("x/a", "its node by "+address, target) },
		w.clean,
	)
	if err != nil {
		_, _ = restore(), w.clean() // the first error counts
	}
	return err
}

// foreignIPv6 looks for addresses that are neither of the link (fe80) nor of the loopback.
func foreignIPv6(table string) bool {
	for _, line := range strings.Split(strings.TrimSpace(table), "\n") {
		if line != "" && !strings.HasPrefix(line, "fe80") && !strings.HasSuffix(line, " lo") {
			return true
		}
	}
	return false
}
