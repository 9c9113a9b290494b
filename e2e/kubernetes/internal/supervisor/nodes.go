package supervisor

import (
	"bytes"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"cachecluster.dev/kuberig/internal/cgroup"
	"cachecluster.dev/kuberig/internal/network"
	"cachecluster.dev/kuberig/internal/rig"
)

// startNode switches a node on and plugs it in, unless its cable is pulled.
func (s *Supervisor) startNode(node int) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.startNodeLocked(node)
}

func (s *Supervisor) startNodeLocked(node int) error {
	name := rig.NodeName(node)
	if err := cgroup.Make(filepath.Join(s.rig.CGroup(), name)); err != nil {
		return err
	}
	c, err := s.start(name+"-system", nil, "node", s.rig.Dir, name)
	if err != nil {
		return err
	}
	s.nodes[node] = c
	if err := s.plug(network.Cable(node), c.pid, "address", network.NodeMAC(node)); err != nil {
		return err
	}
	if err := s.loadLinks(node); err != nil {
		return err
	}
	if s.faults.cutNodes[node] {
		return s.inFabric("ip", "link", "set", network.Cable(node), "down")
	}
	return nil
}

// stopNode is a power cut: the kernel kills every process of the node at once.
func (s *Supervisor) stopNodeLocked(node int) error {
	s.nodes[node].kill()
	delete(s.nodes, node)
	// The other end went away with the namespace, but a moment later; the deletion here makes sure. It fails if it is gone.
	_ = s.inFabric("ip", "link", "del", network.Cable(node))
	for _, g := range []string{rig.NodeName(node), rig.NodeName(node) + "-system"} {
		if err := cgroup.Remove(filepath.Join(s.rig.CGroup(), g)); err != nil {
			return err
		}
	}
	return nil
}

// inNode runs a command in a running node.
func (s *Supervisor) inNode(node int, out io.Writer, argv ...string) error {
	s.mu.Lock()
	c := s.nodes[node]
	s.mu.Unlock()
	if !c.runs() {
		return fmt.Errorf("node %s is stopped: start it with `kuberig node start %d`", rig.NodeName(node), node)
	}
	return inNamespacesOf(c.pid, out, argv...)
}

// outputInNode is inNode for a command whose output matters.
func (s *Supervisor) outputInNode(node int, argv ...string) (string, error) {
	var b bytes.Buffer
	if err := s.inNode(node, &b, argv...); err != nil {
		return "", fmt.Errorf("%s on %s: %w: %s", argv[0], rig.NodeName(node), err, strings.TrimSpace(b.String()))
	}
	return b.String(), nil
}

// runningNodes are the numbers of the nodes that are switched on.
func (s *Supervisor) runningNodes() []int {
	s.mu.Lock()
	defer s.mu.Unlock()
	var on []int
	for _, n := range s.rig.NodeNumbers() {
		if s.nodes[n].runs() {
			on = append(on, n)
		}
	}
	return on
}
