package proofs

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"sync"
	"time"
)

// held is a connection that one of the world's pods keeps open, and what it has heard so far.
type held struct {
	mu    sync.Mutex
	heard bytes.Buffer
	let   context.CancelFunc
	ended chan error
}

func (h *held) Write(b []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.heard.Write(b)
}

func (h *held) text() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.heard.String()
}

// hold lets a pod keep a connection open, from a port of its own if it is not 0.
func (w *world) hold(place, target string, port int) *held {
	ctx, cancel := context.WithCancel(w.ctx)
	h := &held{let: cancel, ended: make(chan error, 1)}
	ns, name, _ := strings.Cut(place, "/")
	go func() { h.ended <- w.exec(ctx, ns, name, h, "hold", target, fmt.Sprint(port)) }()
	return h
}

// flows says whether the connection's other end is still heard. Silence of a second, ten times the interval, is a cut.
func (w *world) flows(h *held, what string, want bool) error {
	word := "flows"
	if !want {
		word = "is cut"
	}
	return w.soon(fmt.Sprintf("the connection %s %s", what, word), 20*time.Second, func() (bool, string) {
		before := h.text()
		time.Sleep(time.Second)
		after := h.text()
		select {
		case err := <-h.ended:
			h.ended <- err
			return false, fmt.Sprintf("it ended: %v: %s", err, after)
		default:
		}
		return (len(after) > len(before)) == want && len(after) > 0, fmt.Sprintf("%d bytes, then %d", len(before), len(after))
	})
}

// proveCuts holds a connection open while the rules that allow it change, in every way that rules change.
func proveCuts(s *stage) error {
	w, err := s.theWorld()
	if err != nil {
		return err
	}
	gateway, err := w.gatewayOf("x/a")
	if err != nil {
		return err
	}
	for _, c := range []struct {
		what    string
		before  []string
		from    string
		to      string
		cut     string
		restore string
	}{
		{"whose allowing policy goes", []string{"deny-ingress", "a-from-b"}, "x/b", "x/a", "-a-from-b", "a-from-b"},
		{"of a pod that loses its label, across nodes", []string{"a-from-red-pods", "label x/c team=red"}, "x/c", "x/a", "label x/c team=blue", "label x/c team=red"},
		{"(UDP) of a namespace that loses its label", []string{"a-from-red", "label namespace z team=red"}, "z/b", "x/a udp 7000", "label namespace z team=blue", "label namespace z team=red"},
		{"to a pod that a label isolates", []string{"red-closed"}, "z/a", "x/a", "label x/a team=red", "label x/a team=blue"},
		{"by which a server sends unasked to a pod that may call nobody any more", nil, "x/a", "z/b push 7003", "a-mute", "-a-mute"},
		{"by which the pod's own node sends unasked", nil, "x/a", "gateway push 7003", "a-mute", "-a-mute"},
		{"to the pod's own node", nil, "x/a", "host1", "a-mute", "-a-mute"},
	} {
		w.addresses["gateway"] = gateway
		if err := w.cutAndRestore(c.what, c.before, c.from, c.to, c.cut, c.restore); err != nil {
			return fmt.Errorf("the connection %s: %w", c.what, err)
		}
	}
	return nil
}

func (w *world) cutAndRestore(what string, before []string, from, to, cut, restore string) (err error) {
	defer func() {
		if cleaned := w.clean(); err == nil {
			err = cleaned
		}
	}()
	target, err := w.target(to)
	if err != nil {
		return err
	}
	for _, step := range before {
		if err := w.step(step); err != nil {
			return err
		}
	}
	if err := w.loaded(); err != nil {
		return err
	}
	if !strings.HasPrefix(target, "push/") { // a new server would otherwise be tried before its rules hold
		if err := w.gets("ok", from, to, target); err != nil {
			return err
		}
	}
	h := w.hold(from, target, 0)
	defer h.let()
	return inOrder(
		func() error { return w.flows(h, what, true) },
		func() error { return w.step(cut) },
		func() error { return w.flows(h, what, false) },
		func() error { return w.step(restore) },
		func() error { return w.flows(h, what+" and gets it back", true) },
	)
}

// gatewayOf is the node's own address at the other end of a pod's cable.
func (w *world) gatewayOf(place string) (string, error) {
	out, err := w.run(place, "read", "/proc/net/route")
	if err != nil {
		return "", err
	}
	for _, line := range strings.Split(out, "\n") {
		var link, target, gateway string
		if n, _ := fmt.Sscan(line, &link, &target, &gateway); n == 3 && target == "00000000" {
			var a, b, c, d byte
			if _, err := fmt.Sscanf(gateway, "%02X%02X%02X%02X", &d, &c, &b, &a); err == nil {
				return fmt.Sprintf("%d.%d.%d.%d", a, b, c, d), nil
			}
		}
	}
	return "", fmt.Errorf("%s has no default route:\n%s", place, out)
}
