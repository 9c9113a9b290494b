package supervisor

import (
	"os"
	"os/exec"
	"path/filepath"
	"syscall"

	"cachecluster.dev/kuberig/internal/cgroup"
)

// machine is a set of namespaces with its process 1. It ends with that process.
type machine struct {
	process *os.Process
	pid     int
	ended   chan struct{}
}

// runs says whether process 1 is alive.
func (m *machine) runs() bool {
	if m == nil {
		return false
	}
	select {
	case <-m.ended:
		return false
	default:
		return true
	}
}

// kill ends the machine at once, and returns when it is gone.
func (m *machine) kill() {
	_ = m.process.Kill() // it may have ended by itself
	<-m.ended
}

// start runs rigd as process 1 of new namespaces, in a control group of its own.
func (s *Supervisor) start(group string, listener *os.File, args ...string) (*machine, error) {
	c := exec.Command(s.rig.Rigd(), append([]string{"init"}, args...)...)
	c.Stdout, c.Stderr = os.Stdout, os.Stderr
	c.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags: syscall.CLONE_NEWNS | syscall.CLONE_NEWPID | syscall.CLONE_NEWNET | syscall.CLONE_NEWUTS | syscall.CLONE_NEWIPC,
		Pdeathsig:  syscall.SIGKILL,
	}
	if listener != nil {
		c.ExtraFiles = []*os.File{listener}
	}
	// It waits for the end of its input, so that it starts nothing before it is in its control group.
	begin, err := c.StdinPipe()
	if err != nil {
		return nil, err
	}
	done := make(chan struct{})
	s.spawn <- func() { err = c.Start(); close(done) }
	<-done
	if err != nil {
		return nil, err
	}
	if err := cgroup.Enter(filepath.Join(s.rig.CGroup(), group), c.Process.Pid); err != nil {
		_ = c.Process.Kill()
		_ = c.Wait()
		return nil, err
	}
	if err := begin.Close(); err != nil {
		return nil, err
	}
	m := &machine{c.Process, c.Process.Pid, make(chan struct{})}
	go func() {
		_ = c.Wait() // the machine has said why in the supervisor's log
		close(m.ended)
	}()
	return m, nil
}
