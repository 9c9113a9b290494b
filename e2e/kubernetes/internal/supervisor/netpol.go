package supervisor

import (
	"fmt"
	"io"
	"os"
	"time"

	"cachecluster.dev/kuberig/internal/node"
	"cachecluster.dev/kuberig/internal/process"
	"cachecluster.dev/kuberig/internal/rig"
)

// switchedWithin is how long a node may take to switch enforcement. One that has just started still loads its agent.
const switchedWithin = 10 * time.Second

// netpolIsOff says whether enforcement is switched off. A file says so and not the supervisor's memory, because the nodes
// must see it, too: their agents and their CNI plugin.
func (s *Supervisor) netpolIsOff() bool { return process.Exists(s.rig.NetpolOff()) }

func netpolOff(s *Supervisor, out io.Writer, _ []string) error {
	word := "off"
	if s.netpolIsOff() {
		word = "off already"
	}
	if err := os.WriteFile(s.rig.NetpolOff(), nil, 0o644); err != nil {
		return err
	}
	if err := s.switched(func(state string) bool { return state == node.Off }); err != nil {
		return err
	}
	return say(out, "network policies are %s: every pod reaches every other and the outside host", word)
}

func netpolOn(s *Supervisor, out io.Writer, _ []string) error {
	word := "again"
	if !s.netpolIsOff() {
		word = "already"
	}
	if err := os.RemoveAll(s.rig.NetpolOff()); err != nil {
		return err
	}
	// A node that cannot judge yet is closed, which is not off either.
	if err := s.switched(func(state string) bool { return state == node.Enforced || state == node.Closed }); err != nil {
		return err
	}
	return say(out, "network policies are enforced %s", word)
}

// switched waits until every running node has taken the switch over.
func (s *Supervisor) switched(done func(state string) bool) error {
	for _, n := range s.runningNodes() {
		name := rig.NodeName(n)
		err := process.WaitFor(name, switchedWithin, func() bool {
			e, runs := s.enforcement(n)
			return !runs || done(e.State)
		})
		if err != nil {
			return fmt.Errorf("node %s did not switch within %s: see `kuberig logs %s-netpol`", name, switchedWithin, name)
		}
	}
	return nil
}

// enforcement is what a node's agent says that it has loaded.
func (s *Supervisor) enforcement(n int) (e node.Enforcement, runs bool) {
	s.mu.Lock()
	m := s.nodes[n]
	s.mu.Unlock()
	if !m.runs() {
		return e, false
	}
	return node.EnforcementOf(fmt.Sprintf("/proc/%d/root", m.pid)), true
}

func netpolStatus(s *Supervisor, out io.Writer, _ []string) error {
	for _, n := range s.rig.NodeNumbers() {
		e, runs := s.enforcement(n)
		text := "closed: no pod talks, because the node cannot judge; see `kuberig logs " + rig.NodeName(n) + "-netpol`"
		switch {
		case !runs:
			text = "stopped"
		case e.State == node.Off:
			text = "OFF: everything passes"
		case e.State == node.Enforced:
			text = fmt.Sprintf("enforced: %d policies, %d pods of this node", len(e.Policies), len(e.Pods))
		}
		if err := say(out, "%-14s %s", rig.NodeName(n), text); err != nil {
			return err
		}
	}
	return nil
}
