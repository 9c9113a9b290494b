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
		"another pod of its node":  w.addresses["z/a"],
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
	all = append(all, lie{"z/b", "a pod of x/a's node", w.addresses["x/b"]}, lie{"outside", "a pod of x/a's node", w.addresses["x/b"]},
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
	what, segment := "x/a, a TCP segment out of nowhere", "ack/"+w.addresses["x/a"]+":7000"
	answered := func() error { return w.loses("x/b", what, segment) }
	if believed {
		answered = func() error { return w.gets("ok", "x/b", what, segment) }
	}
	if err := answered(); err != nil {
		return err
	}
	return w.falseErrors(believed)
}

// falseErrors says of a connection of others that its server has closed.
func (w *world) falseErrors(believed bool) error {
	port := map[bool]int{false: 7009, true: 7010}[believed]
	client, server := fmt.Sprintf("%s:%d", w.addresses["x/c"], port), w.addresses["x/a"]+":7000"
	h := w.hold("x/c", "udp/"+server, port)
	defer h.let()
	if err := w.flows(h, "of x/c (UDP)", true); err != nil {
		return err
	}
	for _, liar := range []string{"x/b", "z/b"} {
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
			_, err := w.run("z/a", "arp", ip)
			claimed <- err
		}()
		time.Sleep(300 * time.Millisecond)
		if err := w.gets("ok", "z/b", "x/b while z/a claims "+ip+" by ARP", "tcp/"+w.addresses["x/b"]+":7000"); err != nil {
			return err
		}
		if err := w.gets("ok", "x/b", "x/a while z/a claims "+ip+" by ARP", "tcp/"+w.addresses["x/a"]+":7000"); err != nil {
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
