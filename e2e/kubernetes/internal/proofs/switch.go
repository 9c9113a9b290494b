package proofs

import (
	"fmt"
	"time"

	"cachecluster.dev/kuberig/internal/network"
)

// proveSwitch switches enforcement off and on, in every way there is.
func proveSwitch(s *stage) error {
	w, err := s.theWorld()
	if err != nil {
		return err
	}
	agent, err := s.processOf(s.rig.Kuberig(), "component", "netpol", "--node\x00n1")
	if err != nil {
		return err
	}
	target := "tcp/" + w.addresses["x/a"] + ":7000"
	var h *held
	defer func() {
		if h != nil {
			h.let()
		}
	}()
	shut := func() error { return w.loses("x/b", "x/a", target) }
	open := func() error { return w.gets("ok", "x/b", "x/a", target) }
	return inOrder(
		func() error { return w.apply("x", "deny-all") },
		w.loaded, shut,
		func() error { return s.says("n1             enforced: ", "netpol", "status") },
		func() error { return s.refuses("enforces network policies", "up", "--nodes", "3", "--without-netpol") },
		func() error { return s.says("network policies are off: ", "netpol", "off") },
		func() error { return s.says("off already", "netpol", "off") },
		func() error { return s.says("fault          network policies are not enforced", "status") },
		func() error { return s.says("n2             OFF", "netpol", "status") },
		func() error { return s.says("is up already", "up", "--nodes", "3", "--without-netpol") },
		open,
		func() error { return w.gets("ok", "x/a", "the outside host", "tcp/"+network.OutsideIP+":7000") },
		func() error { return s.startsUnjudged(agent) },
		func() error { return w.gets("ok", "x/late", "x/a", target) },
		func() error { h = w.hold("x/b", target, 0); return w.flows(h, "that was opened meanwhile", true) },
		func() error { return s.says("stopped", "node", "stop", "3") },
		func() error { return s.says("started", "node", "start", "3") },
		func() error {
			return s.soon("a node that starts meanwhile enforces nothing either", 20*time.Second, func() (bool, string) {
				return s.prints("n3             OFF", "netpol", "status")
			})
		},
		func() error { return s.says("enforced again", "netpol", "on") },
		func() error { return s.says("enforced already", "netpol", "on") },
		shut,
		func() error { return w.flows(h, "that was opened meanwhile", false) },
		func() error { return s.says("network policies are off: ", "netpol", "off") },
		open,
		func() error { return s.says("enforced again", "heal") },
		shut,
		func() error { return s.says("nothing was broken", "heal") },
		w.leave,
	)
}

// startsUnjudged starts a pod while the policy agent of its node stands still. Its CNI plugin would wait for five seconds.
func (s *stage) startsUnjudged(agent int) error {
	if err := stop(agent); err != nil {
		return err
	}
	begin := time.Now()
	err := s.start(inhabitant("x", "late", 1, false))
	took := time.Since(begin)
	if woken := wake(agent); err == nil {
		err = woken
	}
	if err != nil {
		return err
	}
	return s.check(fmt.Sprintf("a pod starts without waiting to be judged (%.1f s)", took.Seconds()), took < 4*time.Second, took)
}
