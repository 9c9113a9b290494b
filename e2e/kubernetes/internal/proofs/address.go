package proofs

import (
	"fmt"
	"net/netip"
	"time"

	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"cachecluster.dev/kuberig/internal/network"
)

// leases is where a node's CNI plugin keeps its addresses.
const leases = "/var/lib/cni/networks/kuberig"

// proveReuse gives the address of a pod that was allowed to the next pod, at once, which is not.
func proveReuse(s *stage) error {
	w, err := s.theWorld()
	if err != nil {
		return err
	}
	defer func() { _ = w.clean() }() // the proof's own error counts
	old := inhabitant("x", "old", 2, false)
	old.Labels["team"] = "red"
	if err := s.start(old); err != nil {
		return err
	}
	ip, err := s.ip("x", "old")
	if err != nil {
		return err
	}
	before, err := netip.ParseAddr(ip)
	if err != nil {
		return err
	}
	next := inhabitant("x", "next", 2, false)
	next.Spec.Containers[0].Args = []string{"burst", w.addresses["x/a"] + ":7000", "2s"}
	mute := &networkingv1.NetworkPolicy{ObjectMeta: metav1.ObjectMeta{Namespace: "x", Name: "next-mute"}, Spec: networkingv1.NetworkPolicySpec{
		PodSelector: metav1.LabelSelector{MatchLabels: map[string]string{"pod": "next"}}, PolicyTypes: []networkingv1.PolicyType{egress},
	}}
	reply := fmt.Sprintf("udp/7000>%s:7009", w.addresses["y/a"])
	err = inOrder(
		func() error { return w.apply("x", "a-from-red-pods") },
		w.loaded,
		func() error {
			return w.gets("ok", "x/old", "x/a, which red pods may call", "tcp/"+w.addresses["x/a"]+":7000")
		},
		// A connection from y/a to the old pod, of which the node keeps a trace.
		func() error { return w.gets("ok", "y/a", "the old pod, from port 7009", "udp/7009>"+ip+":7000") },
		func() error {
			return s.client.CoreV1().Pods("x").Delete(s.ctx, "old", metav1.DeleteOptions{GracePeriodSeconds: number(1)})
		},
		func() error {
			out, err := w.onNode(2, "sh", "-c", fmt.Sprintf("while [ -e %s/%s ]; do sleep 0.01; done; printf %s > %s/last_reserved_ip.0", leases, ip, before.Prev(), leases))
			return s.check("the old pod's address is free, and the next one to be given away", err == nil, err, out)
		},
		func() error { return s.start(next) },
		func() error {
			now, err := s.ip("x", "next")
			return s.check("the next pod has the address "+ip, err == nil && now == ip, now, err)
		},
		func() error { return s.burst("x", "next", "answers: 0\n", "got nothing out, from its first moment on") },
		func() error { return s.policy(mute) },
		w.loaded,
		func() error { return w.gets("lost", "x/next", "the old pod's caller, as if it answered", reply) },
		func() error { return w.step("label x/next team=red") },
		func() error { return w.step("-next-mute") },
		func() error { return w.gets("ok", "x/next", "x/a, once it is red", "tcp/"+w.addresses["x/a"]+":7000") },
	)
	if err != nil {
		return err
	}
	return s.drop("x", "next")
}

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
	shut := func() error { return w.gets("lost", "x/b", "x/a", target) }
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
