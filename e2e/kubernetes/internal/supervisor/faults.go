package supervisor

import (
	"fmt"
	"io"
	"sort"

	"cachecluster.dev/kuberig/internal/network"
	"cachecluster.dev/kuberig/internal/process"
	"cachecluster.dev/kuberig/internal/rig"
)

// faults is what is broken on purpose. The supervisor's lock guards it.
type faults struct {
	cutNodes map[int]bool
	cutLinks map[[2]int]bool
	paused   map[container]bool
	apiDown  bool
}

func newFaults() *faults {
	return &faults{cutNodes: map[int]bool{}, cutLinks: map[[2]int]bool{}, paused: map[container]bool{}}
}

func link(a, b int) [2]int {
	if a > b {
		a, b = b, a
	}
	return [2]int{a, b}
}

func nodeStop(s *Supervisor, out io.Writer, args []string) error {
	n, err := s.rig.ParseNode(args[0])
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.nodes[n] == nil {
		return say(out, "node n%d is stopped already", n)
	}
	if err := s.stopNodeLocked(n); err != nil {
		return err
	}
	return say(out, "node n%d stopped (power cut)", n)
}

func nodeStart(s *Supervisor, out io.Writer, args []string) error {
	n, err := s.rig.ParseNode(args[0])
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.nodes[n].runs() {
		return say(out, "node n%d runs already", n)
	}
	if s.nodes[n] != nil { // it ended by itself: clear its cable and its control groups away
		if err := s.stopNodeLocked(n); err != nil {
			return err
		}
	}
	if err := s.startNodeLocked(n); err != nil {
		return err
	}
	return say(out, "node n%d started", n)
}

func nodeCut(s *Supervisor, out io.Writer, args []string) error {
	return s.setCable(out, args[0], true)
}
func nodeHeal(s *Supervisor, out io.Writer, args []string) error {
	return s.setCable(out, args[0], false)
}

// setCable pulls a node's cable or plugs it in again. A stopped node keeps its cable's state for its next start.
func (s *Supervisor) setCable(out io.Writer, arg string, cut bool) error {
	n, err := s.rig.ParseNode(arg)
	if err != nil {
		return err
	}
	word, state := "healed", "up"
	if cut {
		word, state = "cut", "down"
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.faults.cutNodes[n] == cut {
		return say(out, "node n%d is %s already", n, word)
	}
	if s.nodes[n].runs() {
		if err := s.inFabric("ip", "link", "set", network.Cable(n), state); err != nil {
			return err
		}
	}
	if cut {
		s.faults.cutNodes[n] = true
	} else {
		delete(s.faults.cutNodes, n)
	}
	return say(out, "node n%d %s", n, word)
}

func linkCut(s *Supervisor, out io.Writer, args []string) error {
	return s.setLink(out, args[0], args[1], true)
}

func linkHeal(s *Supervisor, out io.Writer, args []string) error {
	return s.setLink(out, args[0], args[1], false)
}

func (s *Supervisor) setLink(out io.Writer, a, b string, cut bool) error {
	n, err := s.rig.ParseNode(a)
	if err != nil {
		return err
	}
	m, err := s.rig.ParseNode(b)
	if err != nil {
		return err
	}
	if n == m {
		return fmt.Errorf("a link has two ends: n%d and n%d are the same node", n, m)
	}
	word := "healed"
	if cut {
		word = "cut"
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.faults.cutLinks[link(n, m)] == cut {
		return say(out, "link n%d-n%d is %s already", n, m, word)
	}
	if cut {
		s.faults.cutLinks[link(n, m)] = true
	} else {
		delete(s.faults.cutLinks, link(n, m))
	}
	for _, node := range []int{n, m} {
		if err := s.loadLinks(node); err != nil {
			return err
		}
	}
	return say(out, "link n%d-n%d %s", n, m, word)
}

// loadLinks makes a running node deaf to the nodes whose link to it is cut.
func (s *Supervisor) loadLinks(node int) error {
	c := s.nodes[node]
	if !c.runs() {
		return nil // it gets them when it starts
	}
	var from []int
	for l := range s.faults.cutLinks {
		if l[0] == node {
			from = append(from, l[1])
		} else if l[1] == node {
			from = append(from, l[0])
		}
	}
	sort.Ints(from)
	_, err := process.Output(network.CutLinks(from), "nsenter", fmt.Sprintf("--net=/proc/%d/ns/net", c.pid), "--", "nft", "-f", "-")
	return err
}

func apiServerStop(s *Supervisor, out io.Writer, _ []string) error {
	return s.setAPIServer(out, true)
}

func apiServerStart(s *Supervisor, out io.Writer, _ []string) error {
	return s.setAPIServer(out, false)
}

func (s *Supervisor) setAPIServer(out io.Writer, down bool) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	order, word := "release", "started"
	if down {
		order, word = "hold", "stopped"
	}
	changed, err := s.tellControlPlane(order)
	if err != nil {
		return err
	}
	s.faults.apiDown = down
	if !changed {
		return say(out, "the API server is %s already", word)
	}
	return say(out, "the API server %s", word)
}

// healAll undoes every fault. It goes on after an error, so that one stuck part does not keep the rest broken.
func healAll(s *Supervisor, out io.Writer, _ []string) error {
	s.mu.Lock()
	var todo []func() error
	if s.netpolIsOff() { // first, so that what comes back meets closed doors
		todo = append(todo, func() error { return netpolOn(s, out, nil) })
	}
	for l := range s.faults.cutLinks {
		todo = append(todo, func() error { return s.setLink(out, rig.NodeName(l[0]), rig.NodeName(l[1]), false) })
	}
	for n := range s.faults.cutNodes {
		todo = append(todo, func() error { return s.setCable(out, rig.NodeName(n), false) })
	}
	if s.faults.apiDown {
		todo = append(todo, func() error { return s.setAPIServer(out, false) })
	}
	for _, n := range s.rig.NodeNumbers() {
		if !s.nodes[n].runs() {
			todo = append(todo, func() error { return nodeStart(s, out, []string{rig.NodeName(n)}) })
		}
	}
	for c := range s.faults.paused {
		todo = append(todo, func() error { return s.resume(out, c) })
	}
	s.mu.Unlock()
	var first error
	for _, f := range todo {
		if err := f(); err != nil {
			_ = say(out, "%v", err)
			if first == nil {
				first = err
			}
		}
	}
	if len(todo) == 0 {
		return say(out, "nothing was broken")
	}
	return first
}

func say(out io.Writer, format string, args ...any) error {
	_, err := fmt.Fprintf(out, format+"\n", args...)
	return err
}
