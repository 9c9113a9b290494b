package supervisor

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"cachecluster.dev/kuberig/internal/rig"
)

// container is one running container of a pod.
type container struct {
	node      int
	id        string
	namespace string
	pod       string
	name      string
}

func (c container) String() string {
	return fmt.Sprintf("%s/%s container %s on n%d", c.namespace, c.pod, c.name, c.node)
}

func podPause(s *Supervisor, out io.Writer, args []string) error {
	c, err := s.findContainer(args)
	if err != nil {
		return err
	}
	if err := s.signal(out, c, "pause"); err != nil {
		return err
	}
	s.mu.Lock()
	s.faults.paused[c] = true
	s.mu.Unlock()
	return nil
}

func podResume(s *Supervisor, out io.Writer, args []string) error {
	c, err := s.findContainer(args)
	if err != nil {
		return err
	}
	return s.resume(out, c)
}

// resume forgets the pause even if the container is gone: then there is nothing left to resume.
func (s *Supervisor) resume(out io.Writer, c container) error {
	err := s.signal(out, c, "resume")
	s.mu.Lock()
	delete(s.faults.paused, c)
	s.mu.Unlock()
	if errors.Is(err, errContainerGone) {
		return say(out, "%v", err)
	}
	return err
}

func podKill(s *Supervisor, out io.Writer, args []string) error {
	c, err := s.findContainer(args)
	if err != nil {
		return err
	}
	return s.signal(out, c, "kill")
}

var errContainerGone = errors.New("the container is gone")

// signal runs rigd inside the node, where process numbers are the node's own.
func (s *Supervisor) signal(out io.Writer, c container, order string) error {
	text, err := s.outputInNode(c.node, s.rig.Rigd(), "container", order, c.id)
	if err != nil && strings.Contains(err.Error(), "no process of the container") {
		return fmt.Errorf("%s: %w", c, errContainerGone)
	}
	if err != nil {
		return err
	}
	return say(out, "%s %s", c, strings.TrimSpace(text))
}

// findContainer looks on the nodes themselves, so that it works without the API server and on a node that is cut off.
// Arguments: NAMESPACE, POD, CONTAINER or "", NODE or "".
func (s *Supervisor) findContainer(args []string) (container, error) {
	namespace, pod, name, nodeArg := args[0], args[1], args[2], args[3]
	nodes := s.runningNodes()
	if nodeArg != "" {
		n, err := s.rig.ParseNode(nodeArg)
		if err != nil {
			return container{}, err
		}
		nodes = []int{n}
	}
	var found []container
	for _, n := range nodes {
		text, err := s.outputInNode(n, s.rig.Rigd(), "container", "find", namespace, pod)
		if err != nil {
			return container{}, err
		}
		for _, line := range strings.Split(strings.TrimSpace(text), "\n") {
			if id, cname, ok := strings.Cut(line, " "); ok && (name == "" || name == cname) {
				found = append(found, container{n, id, namespace, pod, cname})
			}
		}
	}
	return pick(found, namespace+"/"+pod, name)
}

// pick refuses to guess.
func pick(found []container, pod, name string) (container, error) {
	switch {
	case len(found) == 1:
		return found[0], nil
	case len(found) == 0 && name != "":
		return container{}, fmt.Errorf("no running container %q of pod %s on any running node", name, pod)
	case len(found) == 0:
		return container{}, fmt.Errorf("no running container of pod %s on any running node", pod)
	}
	var names []string
	nodes := map[int]bool{}
	for _, c := range found {
		names = append(names, c.name+" on "+rig.NodeName(c.node))
		nodes[c.node] = true
	}
	option := "--container"
	if len(nodes) > 1 {
		option = "--node"
	}
	return container{}, fmt.Errorf("pod %s runs %s: choose with %s", pod, strings.Join(names, ", "), option)
}
