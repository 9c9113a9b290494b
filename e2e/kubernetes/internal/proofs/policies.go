package proofs

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"cachecluster.dev/kuberig/internal/network"
	"cachecluster.dev/kuberig/internal/rig"
)

const (
	ingress = networkingv1.PolicyTypeIngress
	egress  = networkingv1.PolicyTypeEgress
)

var outsideAddress = network.OutsideIP + ":7000"

func proveOutside(s *stage) error {
	return inOrder(
		func() error { return s.says(outsideAddress, "outside") },
		func() error { return s.reaches(home, "s1", "the outside host", outsideAddress) },
		func() error { return s.reaches(home, "s2", "the outside host", outsideAddress) },
		func() error {
			ip, err := s.ip(home, "s1")
			if err != nil {
				return err
			}
			b, err := os.ReadFile(s.rig.Log("outside"))
			return s.check("the outside host wrote down who called", strings.Contains(string(b), "from "+ip+":"), err, string(b))
		},
		func() error {
			out, ok := s.call(home, "s1", "192.0.2.1:80")
			return s.check("no other address outside can be reached", !ok, out)
		},
	)
}

func proveDefaultDeny(s *stage) error {
	const ns = "deny"
	if err := s.namespace(ns, nil); err != nil {
		return err
	}
	if err := s.start(pod(ns, "near", 1, "serve", ":7000"), pod(ns, "far", 2, "serve", ":7000")); err != nil {
		return err
	}
	near, err := s.ip(ns, "near")
	if err != nil {
		return err
	}
	s1, err := s.ip(home, "s1")
	if err != nil {
		return err
	}
	s2, err := s.ip(home, "s2")
	if err != nil {
		return err
	}
	near, server1, server2 := near+":7000", s1+":7000", s2+":7000"
	allow := &networkingv1.NetworkPolicy{
		ObjectMeta: metav1.ObjectMeta{Namespace: ns, Name: "allow"},
		Spec: networkingv1.NetworkPolicySpec{
			PolicyTypes: []networkingv1.PolicyType{ingress},
			Ingress: []networkingv1.NetworkPolicyIngressRule{{
				From: []networkingv1.NetworkPolicyPeer{{
					NamespaceSelector: &metav1.LabelSelector{MatchLabels: map[string]string{"kubernetes.io/metadata.name": home}},
					PodSelector:       &metav1.LabelSelector{MatchLabels: map[string]string{"app": "s2"}},
				}},
				Ports: []networkingv1.NetworkPolicyPort{{Port: &intstr.IntOrString{IntVal: 7000}}},
			}},
		},
	}
	return inOrder(
		func() error { return s.reaches(home, "s1", "an unrestricted pod of its node", near) },
		func() error { return s.reaches(ns, "far", "a pod of another node", server1) },
		func() error { return s.reaches(ns, "near", "the outside host", outsideAddress) },
		func() error { return s.policy(deny(ns, ingress, egress)) },
		func() error { return s.blocked(home, "s1", "a denied pod of its node", near) },
		func() error { return s.blocked(home, "s2", "a denied pod of another node", near) },
		func() error { return s.blocked(ns, "near", "a pod of its node", server1) },
		func() error { return s.blocked(ns, "near", "a pod of another node", server2) },
		func() error { return s.blocked(ns, "near", "the outside host", outsideAddress) },
		func() error { return s.blocked(ns, "near", "DNS", network.DNSIP+":53") },
		func() error { return s.policy(allow) },
		func() error { return s.reaches(home, "s2", "it, because a rule names it", near) },
		func() error { return s.blocked(home, "s1", "it, because no rule names it", near) },
		func() error { return s.dropNamespace(ns) },
	)
}

// proveClosedStart stops the policy agent of a node, so that nobody can judge a new pod.
func proveClosedStart(s *stage) error {
	const ns = "fresh"
	agent, err := s.processOf(s.rig.Kuberig(), "component", "netpol", "--node\x00n1")
	if err != nil {
		return err
	}
	return inOrder(
		func() error { return s.namespace(ns, nil) },
		func() error { return stop(agent) },
		func() error {
			err := s.startClosed(ns)
			if woken := wake(agent); err == nil {
				err = woken
			}
			return err
		},
		func() error { return s.reaches(ns, "unjudged", "the outside host once it is judged", outsideAddress) },
		// And with the agent at work: a denied pod that calls from its first moment on gets nothing out.
		func() error { return s.policy(deny(ns, egress)) },
		func() error { return s.start(pod(ns, "eager", 1, "burst", outsideAddress, "2s")) },
		func() error { return s.burst(ns, "eager", "answers: 0\n", "got nothing out") },
		func() error { return s.start(pod(home, "eager", 1, "burst", outsideAddress, "2s")) },
		func() error {
			return s.burst(home, "eager", "failures: 0\n", "was answered at its first try, because no policy selects it")
		},
		func() error { return s.drop(home, "eager") },
		func() error { return s.dropNamespace(ns) },
	)
}

func (s *stage) startClosed(ns string) error {
	if err := s.start(pod(ns, "unjudged", 1, "wait")); err != nil {
		return err
	}
	return s.blocked(ns, "unjudged", "the outside host while nobody has judged it", outsideAddress)
}

// processOf finds a process of this rig by its command line.
func (s *stage) processOf(words ...string) (int, error) {
	files, err := filepath.Glob("/proc/[0-9]*/cmdline")
	if err != nil {
		return 0, err
	}
	for _, f := range files {
		b, _ := os.ReadFile(f)
		found := true
		for _, w := range words {
			found = found && bytes.Contains(b, []byte(w))
		}
		if found {
			return strconv.Atoi(filepath.Base(filepath.Dir(f)))
		}
	}
	return 0, fmt.Errorf("no process with %q", words)
}

// proveConnectionCut holds a connection open while a policy comes that forbids it, in each direction.
func proveConnectionCut(s *stage) error {
	const ns = "held"
	if err := s.namespace(ns, nil); err != nil {
		return err
	}
	for _, t := range []networkingv1.PolicyType{ingress, egress} {
		name := strings.ToLower(string(t))
		if err := s.start(pod(ns, name+"-server", 2, "serve", ":7000")); err != nil {
			return err
		}
		server, err := s.ip(ns, name+"-server")
		if err != nil {
			return err
		}
		p := deny(ns, t)
		p.Name = name
		p.Spec.PodSelector.MatchLabels = map[string]string{"app": name + map[networkingv1.PolicyType]string{ingress: "-server", egress: "-holder"}[t]}
		err = inOrder(
			func() error { return s.start(pod(ns, name+"-holder", 1, "hold", server+":7000")) },
			func() error { return s.flowing(ns, name+"-holder", true) },
			func() error { return s.policy(p) },
			func() error { return s.flowing(ns, name+"-holder", false) },
			func() error {
				return s.client.NetworkingV1().NetworkPolicies(ns).Delete(s.ctx, name, metav1.DeleteOptions{})
			},
			func() error { return s.flowing(ns, name+"-holder", true) },
		)
		if err != nil {
			return fmt.Errorf("%s: %w", t, err)
		}
	}
	return s.dropNamespace(ns)
}

// flowing says whether echoes still come over a held connection. Silence of a second, ten times the interval, is a cut.
func (s *stage) flowing(ns, name string, want bool) error {
	what := "the held connection of " + rig.NodeName(1) + " flows"
	if !want {
		what = "the held connection is cut"
	}
	return s.soon(what, 20*time.Second, func() (bool, string) {
		before, err := s.kubectl("logs", "-n", ns, name)
		if err != nil {
			return false, before
		}
		time.Sleep(time.Second)
		after, err := s.kubectl("logs", "-n", ns, name)
		return err == nil && (len(after) > len(before)) == want && len(after) > 0, after
	})
}

func stop(process int) error { return syscall.Kill(process, syscall.SIGSTOP) }
func wake(process int) error { return syscall.Kill(process, syscall.SIGCONT) }

// burst waits for what a pod that called from its first moment on has to tell.
func (s *stage) burst(namespace, name, text, what string) error {
	return s.soon(fmt.Sprintf("%s/%s %s", namespace, name, what), 15*time.Second, func() (bool, string) {
		out, err := s.logOf(namespace, name)
		return err == nil && strings.Contains(out, text), out
	})
}
