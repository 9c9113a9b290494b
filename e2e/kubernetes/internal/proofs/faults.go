package proofs

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	v1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"cachecluster.dev/kuberig/internal/rig"
)

func proveNodeStop(s *stage) error {
	return inOrder(
		func() error { return s.says("node n3 stopped", "node", "stop", "3") },
		func() error { return s.says("stopped already", "node", "stop", "n3") },
		func() error { return s.nodeReady(3, v1.ConditionUnknown, 30*time.Second) },
		func() error { return s.says("node n3 started", "node", "start", "3") },
		func() error { return s.says("runs already", "node", "start", "3") },
		func() error { return s.nodeReady(3, v1.ConditionTrue, 30*time.Second) },
		func() error { return s.start(pod(home, "after-stop", 3, "wait")) },
		func() error { return s.drop(home, "after-stop") },
		func() error { return s.running(home, "s3", 30*time.Second) },
	)
}

func proveNodeCut(s *stage) error {
	return inOrder(
		func() error { return s.says("node n2 cut", "node", "cut", "2") },
		func() error { return s.says("cut already", "node", "cut", "2") },
		func() error { return s.says("CUT OFF", "status") },
		func() error { return s.nodeReady(2, v1.ConditionUnknown, 30*time.Second) },
		func() error { return s.says("paused", "pod", "pause", home+"/s2") }, // it runs on, and needs no API server to be found
		func() error { return s.says("resumed", "pod", "resume", home+"/s2") },
		func() error { return s.says("node n2 healed", "node", "heal", "2") },
		func() error { return s.nodeReady(2, v1.ConditionTrue, 30*time.Second) },
	)
}

func proveLinkCut(s *stage) error {
	s2, err := s.ip(home, "s2")
	if err != nil {
		return err
	}
	s3, err := s.ip(home, "s3")
	if err != nil {
		return err
	}
	s2, s3 = s2+":7000", s3+":7000"
	return inOrder(
		func() error { return s.reaches(home, "s1", "n2", s2) },
		func() error { return s.says("link n1-n2 cut", "link", "cut", "1", "2") },
		func() error { return s.says("cut already", "link", "cut", "2", "1") },
		func() error { return s.blocked(home, "s1", "n2", s2) },
		func() error { return s.reaches(home, "s1", "n3", s3) },
		func() error { return s.reaches(home, "s2", "n3", s3) },
		func() error { return s.heard(1) },
		func() error { return s.heard(2) },
		func() error { return s.says("link n1-n2 healed", "link", "heal", "1", "2") },
		func() error { return s.reaches(home, "s1", "n2", s2) },
	)
}

// heard says that a node's lease is still renewed.
func (s *stage) heard(node int) error {
	get := func() (time.Time, error) {
		l, err := s.client.CoordinationV1().Leases("kube-node-lease").Get(s.ctx, rig.NodeName(node), metav1.GetOptions{})
		if err != nil {
			return time.Time{}, err
		}
		return l.Spec.RenewTime.Time, nil
	}
	first, err := get()
	if err != nil {
		return err
	}
	return s.soon(fmt.Sprintf("n%d still reaches the control plane", node), 20*time.Second, func() (bool, string) {
		now, err := get()
		return err == nil && now.After(first), fmt.Sprint(now, err)
	})
}

func provePodPause(s *stage) error {
	s2, err := s.ip(home, "s2")
	if err != nil {
		return err
	}
	s2 += ":7000"
	return inOrder(
		func() error { return s.reaches(home, "s1", "s2", s2) },
		func() error { return s.says("paused (1 process", "pod", "pause", home+"/s2") },
		func() error { return s.says("is paused already", "pod", "pause", home+"/s2") },
		func() error { return s.says("paused: "+home+"/s2", "status") },
		func() error { return s.blocked(home, "s1", "s2", s2) },
		func() error { return s.says("resumed (1 process", "pod", "resume", home+"/s2", "--container", "probe") },
		func() error { return s.says("runs already", "pod", "resume", home+"/s2") },
		func() error { return s.reaches(home, "s1", "s2", s2) },
	)
}

func provePodKill(s *stage) error {
	return inOrder(
		func() error { return s.says("killed", "pod", "kill", home+"/s3") },
		func() error {
			return s.soon("the kubelet started the container again", 30*time.Second, func() (bool, string) {
				p, err := s.client.CoreV1().Pods(home).Get(s.ctx, "s3", metav1.GetOptions{})
				if err != nil || len(p.Status.ContainerStatuses) != 1 {
					return false, fmt.Sprint(err)
				}
				c := p.Status.ContainerStatuses[0]
				last := c.LastTerminationState.Terminated
				return c.State.Running != nil && last != nil && last.ExitCode == 137, fmt.Sprint(c.State, c.LastTerminationState)
			})
		},
	)
}

func (s *stage) apiAnswers(want bool, limit time.Duration) error {
	what := "the API server answers"
	if !want {
		what = "the API server does not answer"
	}
	return s.soon(what, limit, func() (bool, string) {
		err := s.client.Discovery().RESTClient().Get().AbsPath("/readyz").Do(s.ctx).Error()
		return (err == nil) == want, fmt.Sprint(err)
	})
}

func proveAPIServer(s *stage) error {
	return inOrder(
		func() error { return s.apiAnswers(true, time.Second) },
		func() error { return s.says("the API server stopped", "apiserver", "stop") },
		func() error { return s.apiAnswers(false, time.Second) },
		func() error { return s.says("stopped already", "apiserver", "stop") },
		func() error { return s.says("the API server is stopped", "status") },
		func() error { return s.says("the API server started", "apiserver", "start") },
		func() error { return s.says("started already", "apiserver", "start") },
		func() error { return s.apiAnswers(true, 30*time.Second) },
	)
}

// recovery is how long a node may take after an outage of the API server: its watches back off for up to a minute.
const recovery = 90 * time.Second

func proveHeal(s *stage) error {
	return inOrder(
		func() error { return s.says("cut", "link", "cut", "1", "3") },
		func() error { return s.says("paused", "pod", "pause", home+"/s1") },
		func() error { return s.says("stopped", "node", "stop", "3") },
		func() error { return s.says("cut", "node", "cut", "2") },
		func() error { return s.says("stopped", "apiserver", "stop") },
		func() error { return s.says("node n3 started", "heal") },
		func() error { return s.says("nothing was broken", "heal") },
		func() error { return s.apiAnswers(true, recovery) },
		func() error { return s.nodeReady(2, v1.ConditionTrue, recovery) },
		func() error { return s.nodeReady(3, v1.ConditionTrue, recovery) },
		func() error { return s.running(home, "s3", recovery) },
		func() error { return s.reaches(home, "s1", "itself", "127.0.0.1:7000") },
	)
}

func proveAudit(s *stage) error {
	path, err := s.kuberig("audit-log")
	if err != nil {
		return err
	}
	if err := s.start(pod(home, "audited", 1, "wait")); err != nil {
		return err
	}
	b, err := os.ReadFile(strings.TrimSpace(path))
	if err != nil {
		return err
	}
	created, lines := 0, strings.Split(strings.TrimSpace(string(b)), "\n")
	for _, line := range lines {
		var e struct {
			Level, Stage, Verb string
			ObjectRef          struct{ Resource, Namespace, Name, Subresource string }
			RequestObject      json.RawMessage
		}
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			return fmt.Errorf("the audit log has a line that is not JSON: %w: %s", err, line)
		}
		if e.Stage == "RequestReceived" || e.Level != "Metadata" || e.RequestObject != nil {
			return fmt.Errorf("the audit log says more than it should: %s", line)
		}
		if r := e.ObjectRef; e.Verb == "create" && r.Resource == "pods" && r.Namespace == home && r.Name == "audited" && r.Subresource == "" {
			created++
		}
	}
	if err := s.check(fmt.Sprintf("the audit log (%d lines) holds the creation of a pod, once", len(lines)), created == 1, created); err != nil {
		return err
	}
	return s.drop(home, "audited")
}

func proveRefusals(s *stage) error {
	return inOrder(
		func() error { return s.refuses("no node \"4\": this rig has nodes n1 to n3", "node", "stop", "4") },
		func() error { return s.refuses("are the same node", "link", "cut", "2", "n2") },
		func() error { return s.refuses("is not NAMESPACE/POD", "pod", "kill", "s1") },
		func() error {
			return s.refuses("no running container of pod proofs/nobody", "pod", "pause", "proofs/nobody")
		},
		func() error {
			return s.refuses("no running container \"x\" of pod proofs/s1", "pod", "pause", "proofs/s1", "-c", "x")
		},
		func() error { return s.refuses("a rig has 1 to 3 nodes", "up", "--nodes", "4") },
		func() error { return s.refuses("no component \"nobody\"", "logs", "nobody") },
		func() error { return s.refuses("every node has its own /var/lib", "up", "--dir", "/var/lib/rig") },
	)
}

func proveTwoRigs(s *stage) error {
	other := filepath.Join(filepath.Dir(s.dir), "other")
	ip, err := s.ip(home, "s2")
	if err != nil {
		return err
	}
	return inOrder(
		func() error {
			out, err := s.kuberigIn(other, "up", "--without-netpol")
			return s.check("a second rig starts, without network policies", err == nil, err, out)
		},
		func() error {
			out, err := s.kuberigIn(other, "netpol", "status")
			return s.check("it enforces none", err == nil && strings.HasPrefix(out, "n1             OFF"), err, out)
		},
		func() error {
			out, err := s.kuberigIn(other, "heal")
			return s.check("heal brings them", err == nil && strings.Contains(out, "enforced again"), err, out)
		},
		func() error { return s.says("enforced: ", "netpol", "status") },
		func() error {
			out, err := s.kuberigIn(other, "kubectl", "get", "nodes", "-o", "name")
			return s.check("it has one node of its own", err == nil && strings.TrimSpace(out) == "node/n1", err, out)
		},
		func() error { return s.reaches(home, "s1", "n2 of the first rig", ip+":7000") },
		func() error {
			out, err := s.kuberigIn(other, "down")
			return s.check("the second rig goes", err == nil, err, out)
		},
		func() error { return s.reaches(home, "s1", "n2 of the first rig still", ip+":7000") },
	)
}

// proveNothingLeft kills the supervisor as the out-of-memory killer would.
func proveNothingLeft(s *stage) error {
	kill := func() error {
		pid, err := s.processOf(s.rig.Rigd(), "supervise", s.dir)
		if err != nil {
			return err
		}
		return syscall.Kill(pid, syscall.SIGKILL)
	}
	gone := func() error {
		return s.soon("every process of the rig is gone", 10*time.Second, func() (bool, string) {
			left := traces(s.dir).processes
			return len(left) == 0, strings.Join(left, "; ")
		})
	}
	return inOrder(
		kill, gone,
		func() error { return s.refuses("is dead", "status") },
		func() error { return s.says("clearing away", "up") },
		func() error {
			// The control: while a rig runs, its traces are found.
			t := traces(s.dir)
			return s.check("a running rig has processes and control groups", len(t.processes) > 0 && len(t.groups) > 0, t)
		},
		kill, gone,
		func() error { return s.says("nothing is left", "down") },
		func() error {
			t := traces(s.dir)
			return s.check("no process, mount, control group or file is left", len(t.processes)+len(t.groups)+len(t.mounts)+len(t.files) == 0, t)
		},
		func() error {
			return s.check("the machine's settings, links and tables are as before", settings() == s.before, settings(), s.before)
		},
	)
}
