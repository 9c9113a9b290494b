package supervisor

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"sync"
	"time"

	"cachecluster.dev/kuberig/internal/network"
	"cachecluster.dev/kuberig/internal/rig"
)

// commands are what the socket takes. The command line checks the number of arguments.
var commands map[string]func(s *Supervisor, out io.Writer, args []string) error

func init() {
	commands = map[string]func(s *Supervisor, out io.Writer, args []string) error{
		"status":          status,
		"node-stop":       nodeStop,
		"node-start":      nodeStart,
		"node-cut":        nodeCut,
		"node-heal":       nodeHeal,
		"node-exec":       nodeExec,
		"link-cut":        linkCut,
		"link-heal":       linkHeal,
		"pod-pause":       podPause,
		"pod-resume":      podResume,
		"pod-kill":        podKill,
		"apiserver-stop":  apiServerStop,
		"apiserver-start": apiServerStart,
		"netpol-off":      netpolOff,
		"netpol-on":       netpolOn,
		"netpol-status":   netpolStatus,
		"heal":            healAll,
		"outside-exec":    outsideExec,
		"images-sync":     imagesSync,
		"images-list":     imagesList,
	}
}

func status(s *Supervisor, out io.Writer, _ []string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, n := range s.rig.NodeNumbers() {
		state := "stopped"
		switch m := s.nodes[n]; {
		case m.runs():
			state = fmt.Sprintf("running  process %d", m.pid)
		case m != nil:
			state = "DEAD: it ended by itself, see `kuberig logs supervisor`; start it with `kuberig node start`"
		}
		if s.faults.cutNodes[n] {
			state += "  CUT OFF"
		}
		if err := say(out, "%-14s %s  pods %s  %s", rig.NodeName(n), network.NodeIP(n), network.NodePodCIDR(n), state); err != nil {
			return err
		}
	}
	if !s.controlPlane.runs() {
		if err := say(out, "%-14s DEAD: see `kuberig logs supervisor`; run `kuberig down` and `kuberig up`", "control plane"); err != nil {
			return err
		}
	}
	var broken []string
	for l := range s.faults.cutLinks {
		broken = append(broken, fmt.Sprintf("link n%d-n%d is cut", l[0], l[1]))
	}
	for c := range s.faults.paused {
		broken = append(broken, "paused: "+c.String())
	}
	if s.faults.apiDown {
		broken = append(broken, "the API server is stopped")
	}
	if s.netpolIsOff() {
		broken = append(broken, "network policies are not enforced")
	}
	sort.Strings(broken)
	for _, b := range broken {
		if err := say(out, "%-14s %s", "fault", b); err != nil {
			return err
		}
	}
	return nil
}

func nodeExec(s *Supervisor, out io.Writer, args []string) error {
	n, err := s.rig.ParseNode(args[0])
	if err != nil {
		return err
	}
	return s.inNode(n, out, args[1:]...)
}

func outsideExec(s *Supervisor, out io.Writer, args []string) error {
	return inNamespacesOf(s.outside.pid, out, args...)
}

// imagesSync makes every running node import the archives that it lacks.
func imagesSync(s *Supervisor, out io.Writer, _ []string) error {
	nodes := s.runningNodes()
	errs := make([]error, len(nodes))
	var all sync.WaitGroup
	var writing sync.Mutex
	for i, n := range nodes {
		all.Add(1)
		go func() {
			defer all.Done()
			text, err := s.outputInNode(n, s.rig.Rigd(), "images", "sync", s.rig.Path("images"))
			errs[i] = err
			writing.Lock()
			defer writing.Unlock()
			for _, line := range strings.Split(strings.TrimSpace(text), "\n") {
				if line != "" {
					_ = say(out, "%s: %s", rig.NodeName(n), line)
				}
			}
		}()
	}
	all.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func imagesList(s *Supervisor, out io.Writer, _ []string) error {
	for _, n := range s.runningNodes() {
		text, err := s.outputInNode(n, s.rig.Rigd(), "images", "list")
		if err != nil {
			return err
		}
		for _, line := range strings.Split(strings.TrimSpace(text), "\n") {
			if err := say(out, "%s  %s", rig.NodeName(n), line); err != nil {
				return err
			}
		}
	}
	return nil
}

// tellControlPlane orders the control plane's process to hold or release the API server.
func (s *Supervisor) tellControlPlane(order string) (changed bool, err error) {
	c, err := net.Dial("unix", filepath.Join(s.rig.Dir, "run", "control-plane.sock"))
	if err != nil {
		return false, err
	}
	defer c.Close()
	if err := c.SetDeadline(time.Now().Add(20 * time.Second)); err != nil {
		return false, err
	}
	if _, err := fmt.Fprintln(c, order); err != nil {
		return false, err
	}
	line, err := bufio.NewReader(c).ReadString('\n')
	if err != nil {
		return false, fmt.Errorf("the control plane did not answer: %w", err)
	}
	return strings.TrimSpace(line) == "changed", os.WriteFile(s.rig.Path("run", "apiserver.state"), []byte(order), 0o644)
}
