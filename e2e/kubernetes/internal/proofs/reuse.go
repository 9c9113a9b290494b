package proofs

import (
	"fmt"
	"net/netip"
	"strings"
	"time"

	v1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"cachecluster.dev/kuberig/internal/node"
)

// leases is where a node's CNI plugin keeps its addresses.
const leases = "/var/lib/cni/networks/kuberig"

// proveReuse gives the address of a pod that was allowed much to the next pod, at once, which is allowed nothing. The node's
// agent stands still meanwhile, so that nobody tells the node's table.
func proveReuse(s *stage) (err error) {
	w, err := s.theWorld()
	if err != nil {
		return err
	}
	agent, err := s.processOf(s.rig.Kuberig(), "component", "netpol", "--node\x00n2")
	if err != nil {
		return err
	}
	defer func() {
		for _, undo := range []func() error{func() error { return wake(agent) }, w.clean} {
			if failed := undo(); err == nil {
				err = failed
			}
		}
	}()
	old := inhabitant("x", "old", 2, false)
	old.Labels["team"] = "red"
	if err := s.start(old); err != nil {
		return err
	}
	ip, err := s.ip("x", "old")
	if err != nil {
		return err
	}
	next := inhabitant("x", "next", 2, false)
	next.Spec.Containers[0].Args = []string{"burst", outsideAddress, "2s"}
	mute := &networkingv1.NetworkPolicy{ObjectMeta: metav1.ObjectMeta{Namespace: "x", Name: "next-mute"}, Spec: networkingv1.NetworkPolicySpec{
		PodSelector: metav1.LabelSelector{MatchLabels: map[string]string{"pod": "next"}}, PolicyTypes: []networkingv1.PolicyType{egress},
	}}
	server := "tcp/" + w.addresses["x/a"] + ":7000"
	return inOrder(
		func() error { return w.apply("x", "a-from-red-pods") },
		func() error { return s.policy(mute) },
		w.loaded,
		func() error { return w.gets("ok", "x/old", "x/a, which red pods may call", server) },
		func() error { return w.gets("ok", "x/old", "the outside host", "tcp/"+outsideAddress) },
		// A connection from z/a to the old pod, of which the node keeps a trace.
		func() error { return w.gets("ok", "z/a", "the old pod, from port 7009", "udp/7009>"+ip+":7000") },
		func() error { return stop(agent) },
		func() error { return w.handOver(ip, old, next) },
		func() error {
			return s.burst("x", "next", "answers: 0\n", "got nothing out, though the node's table still knows the old pod")
		},
		func() error { return wake(agent) },
		func() error { return w.judged(ip, next) },
		func() error { return w.loses("x/next", "the outside host", "tcp/"+outsideAddress) },
		func() error {
			reply := fmt.Sprintf("udp/7000>%s:7009", w.addresses["z/a"])
			return w.loses("x/next", "z/a, as if it answered a call to the old pod", reply)
		},
		func() error { return w.step("-next-mute") },
		func() error { return w.gets("ok", "x/next", "the outside host, once it may", "tcp/"+outsideAddress) },
		func() error { return w.loses("x/next", "x/a", server) },
		func() error { return w.step("label x/next team=red") },
		func() error { return w.gets("ok", "x/next", "x/a, once it is red", server) },
		func() error { return s.drop("x", "next") },
	)
}

// judged waits until the node has loaded the policies of the pod that has an address now.
func (w *world) judged(ip string, p *v1.Pod) error {
	now, err := w.client.CoreV1().Pods(p.Namespace).Get(w.ctx, p.Name, metav1.GetOptions{})
	if err != nil {
		return err
	}
	return w.soon("the agent has judged "+ip+" anew", 10*time.Second, func() (bool, string) {
		out, err := w.onNode(2, "cat", node.JudgedDir+"/"+ip)
		return err == nil && strings.HasSuffix(out, string(now.UID)), out
	})
}

// handOver deletes a pod and starts the next one with its address.
func (w *world) handOver(ip string, old, next *v1.Pod) error {
	before, err := netip.ParseAddr(ip)
	if err != nil {
		return err
	}
	// The CNI plugin gives away the address after the one that it noted last.
	wait := fmt.Sprintf("while [ -e %s/%s ]; do sleep 0.01; done; printf %s > %s/last_reserved_ip.0", leases, ip, before.Prev(), leases)
	return inOrder(
		func() error {
			return w.client.CoreV1().Pods(old.Namespace).Delete(w.ctx, old.Name, metav1.DeleteOptions{GracePeriodSeconds: number(1)})
		},
		func() error {
			out, err := w.onNode(2, "sh", "-c", wait)
			return w.check("the old pod's address is free, and the next one to be given away", err == nil, err, out)
		},
		func() error { return w.start(next) },
		func() error {
			now, err := w.ip(next.Namespace, next.Name)
			return w.check("the next pod has the address "+ip, err == nil && now == ip, now, err)
		},
	)
}
