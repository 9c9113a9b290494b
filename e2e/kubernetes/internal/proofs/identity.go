package proofs

import (
	"fmt"
	"strings"
	"time"

	v1 "k8s.io/api/core/v1"

	"cachecluster.dev/kuberig/internal/network"
)

// proveIdentity lets pods lie about who they are. Every lie is told twice: to a rig that enforces, where it must be lost, and
// to one that does not, where it must arrive; else it would prove nothing.
func proveIdentity(s *stage) error {
	w, err := s.theWorld()
	if err != nil {
		return err
	}
	return inOrder(
		func() error { return w.lies(false) },
		func() error { return w.says("network policies are off", "netpol", "off") },
		func() error { return w.lies(true) },
		func() error { return w.says("enforced again", "netpol", "on") },
		w.arpLies,
	)
}

// lies tells them all.
func (w *world) lies(believed bool) error {
	word := map[bool]string{false: "on", true: "off"}[believed]
	claims := map[string]string{
		"another pod of its node":  w.addresses["y/a"],
		"a pod of another node":    w.addresses["x/c"],
		"another node":             w.addresses["n2"],
		"the outside host":         network.OutsideIP,
		"the API server":           network.APIServerIP,
		"nobody, in another range": "192.0.2.9",
	}
	type lie struct{ who, as, ip string }
	var all []lie
	for as, ip := range claims {
		all = append(all, lie{"x/b", as, ip})
	}
	all = append(all, lie{"y/b", "a pod of x/a's node", w.addresses["x/b"]}, lie{"outside", "a pod of x/a's node", w.addresses["x/b"]},
		lie{"outside", "a pod of another node", w.addresses["x/c"]})
	for i, l := range all {
		if _, err := w.run(l.who, "spoof", l.ip, w.addresses["x/a"]+":7000", fmt.Sprintf("%s-%d.", word, i)); err != nil {
			return err
		}
	}
	if _, err := w.run("x/b", "spoof", w.addresses["x/b"], w.addresses["x/a"]+":7000", word+"-truth."); err != nil {
		return err
	}
	heard := ""
	if err := w.soon("a datagram under the sender's own name arrives", 10*time.Second, func() (bool, string) {
		var err error
		heard, err = w.logOf("x", "a")
		return err == nil && strings.Contains(heard, word+"-truth."), heard
	}); err != nil {
		return err
	}
	for i, l := range all {
		what := map[bool]string{false: "is lost", true: "arrives while nothing is enforced"}[believed]
		if err := w.check(fmt.Sprintf("a datagram of %s as %s (%s) %s", l.who, l.as, l.ip, what),
			strings.Contains(heard, fmt.Sprintf("%s-%d.", word, i)) == believed, heard); err != nil {
			return err
		}
	}
	verdict := map[bool]string{false: "lost", true: "ok"}[believed]
	if err := w.gets(verdict, "x/b", "x/a, a TCP segment out of nowhere", "ack/"+w.addresses["x/a"]+":7000"); err != nil {
		return err
	}
	return w.falseErrors(believed)
}

// falseErrors says of a connection of others that its server has closed.
func (w *world) falseErrors(believed bool) error {
	client, server := w.addresses["x/c"]+":7009", w.addresses["x/a"]+":7000"
	h := w.hold("x/c", "udp/"+server, 7009)
	defer h.let()
	if err := w.flows(h, "of x/c (UDP)", true); err != nil {
		return err
	}
	for _, liar := range []string{"x/b", "y/b"} {
		if _, err := w.run(liar, "unreachable", client, server); err != nil {
			return err
		}
		time.Sleep(500 * time.Millisecond) // five echoes: time enough for the error to be heard
		heard := h.text()
		if err := w.check(fmt.Sprintf("a false ICMP error of %s about it is heard: %t", liar, believed), strings.Contains(heard, "refused") == believed, heard); err != nil {
			return err
		}
	}
	return w.gets("refused", "x/b", "x/a, a closed port, whose true ICMP error is heard", "udp/"+w.addresses["x/a"]+":7777")
}

// arpLies lets a pod claim the address of another one and of its gateway. Pods are routed, each over a link of its own, so
// nobody but the liar's own link hears it.
func (w *world) arpLies() error {
	gateway, err := w.gatewayOf("x/b")
	if err != nil {
		return err
	}
	for _, ip := range []string{w.addresses["x/b"], gateway} {
		claimed := make(chan error, 1)
		go func() {
			_, err := w.run("y/a", "arp", ip)
			claimed <- err
		}()
		time.Sleep(300 * time.Millisecond)
		if err := w.gets("ok", "y/b", "x/b while y/a claims "+ip+" by ARP", "tcp/"+w.addresses["x/b"]+":7000"); err != nil {
			return err
		}
		if err := w.gets("ok", "x/b", "x/a while y/a claims "+ip+" by ARP", "tcp/"+w.addresses["x/a"]+":7000"); err != nil {
			return err
		}
		if err := <-claimed; err != nil {
			return err
		}
	}
	return nil
}

func (s *stage) logOf(namespace, name string) (string, error) {
	b, err := s.client.CoreV1().Pods(namespace).GetLogs(name, &v1.PodLogOptions{}).Do(s.ctx).Raw()
	return string(b), err
}

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
		func() error { return w.gets("lost", "x/a", "its node by "+address, target) },
		func() error { return w.gets("ok", "x/a", "its node by IPv4", "connect/"+w.addresses["host1"]+":7000") },
		// The control: without the table that drops it, IPv6 passes every policy.
		func() error { return w.apply("x", "deny-all") },
		w.loaded,
		func() error { _, err := w.onNode(1, "nft", "delete", "table", "ip6", "kuberig-no-ipv6"); return err },
		func() error {
			return w.gets("ok", "x/a", "its node by "+address+" without the rig's table for IPv6", target)
		},
		restore,
		func() error { return w.gets("lost", "x/a", "its node by "+address, target) },
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
