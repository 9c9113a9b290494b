// Package supervisor owns a rig's namespaces. It is the rig's only process in the machine's own namespaces, and takes
// commands at a socket. Everything else dies with it.
package supervisor

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"sync"
	"syscall"
	"time"

	"cachecluster.dev/kuberig/internal/network"
	"cachecluster.dev/kuberig/internal/process"
	"cachecluster.dev/kuberig/internal/rig"
)

// Supervisor is the state of a running rig.
type Supervisor struct {
	rig   *rig.Rig
	spawn chan func()

	mu           sync.Mutex
	controlPlane *machine
	outside      *machine
	nodes        map[int]*machine
	faults       *faults
}

// Main is the supervisor's process. File descriptor 3 is the API server's listener in the machine's network.
func Main(dir string) error {
	// Children carry a parent-death signal. It follows the thread that started them, so one thread starts them all.
	runtime.LockOSThread()
	r, err := rig.Open(dir)
	if err != nil {
		return err
	}
	s := &Supervisor{rig: r, spawn: make(chan func()), nodes: map[int]*machine{}, faults: newFaults()}
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM, syscall.SIGINT)
	if err := os.WriteFile(r.Path("run", "supervisor.pid"), []byte(fmt.Sprint(os.Getpid())), 0o644); err != nil {
		return err
	}
	failed := make(chan error, 1)
	go func() { failed <- s.boot() }()
	for {
		select {
		case f := <-s.spawn:
			f()
		case <-stop:
			return nil // every child dies with this process; "down" removes the rest
		case err := <-failed:
			_ = os.WriteFile(r.FailedFile(), []byte(err.Error()), 0o644)
			return err
		}
	}
}

func (s *Supervisor) boot() error {
	l, err := net.Listen("unix", s.rig.Socket())
	if err != nil {
		return err
	}
	if err := os.Chmod(s.rig.Socket(), 0o600); err != nil {
		return err
	}
	if s.controlPlane, err = s.start("control-plane", os.NewFile(3, "listener"), "control-plane", s.rig.Dir); err != nil {
		return err
	}
	if err := process.WaitFor("the fabric", 10*time.Second, func() bool { return process.Exists(s.rig.Path("run", "fabric.ready")) }); err != nil {
		return err
	}
	if s.outside, err = s.start("outside", nil, "outside", s.rig.Dir); err != nil {
		return err
	}
	if err := s.plug("cable-outside", s.outside.pid); err != nil {
		return err
	}
	for _, n := range s.rig.NodeNumbers() {
		if err := s.startNode(n); err != nil {
			return err
		}
	}
	for {
		c, err := l.Accept()
		if err != nil {
			return err
		}
		go s.serve(c)
	}
}

func (s *Supervisor) serve(c net.Conn) {
	defer c.Close()
	var q request
	if err := json.NewDecoder(bufio.NewReader(c)).Decode(&q); err != nil {
		return
	}
	a := answer{json.NewEncoder(c)}
	f, ok := commands[q.Command]
	if !ok {
		a.end(fmt.Errorf("the running rig does not know %q: it was started by another version; restart it with `kuberig down` and `kuberig up`", q.Command))
		return
	}
	begin := time.Now()
	err := f(s, a, q.Args)
	fmt.Printf("%s %s %q took %s: %v\n", begin.UTC().Format(time.RFC3339Nano), q.Command, q.Args, time.Since(begin).Round(time.Millisecond), err)
	a.end(err)
}

// inFabric runs a command in the fabric's network namespace.
func (s *Supervisor) inFabric(argv ...string) error {
	return process.Run(append([]string{"nsenter", fmt.Sprintf("--net=/proc/%d/ns/net", s.controlPlane.pid), "--"}, argv...)...)
}

// plug connects a network namespace to the bridge; its end of the cable is eth0.
func (s *Supervisor) plug(cable string, pid int, options ...string) error {
	add := append([]string{"ip", "link", "add", cable, "type", "veth", "peer", "name", "eth0"}, options...)
	if err := s.inFabric(append(add, "netns", fmt.Sprint(pid))...); err != nil {
		return err
	}
	return s.inFabric("ip", "link", "set", cable, "master", network.Bridge, "up")
}

// inNamespacesOf runs a command in all namespaces of a process.
func inNamespacesOf(pid int, out io.Writer, argv ...string) error {
	c := exec.Command("nsenter", append([]string{"-t", fmt.Sprint(pid), "-m", "-p", "-n", "-u", "-i", "--"}, argv...)...)
	c.Stdout, c.Stderr = out, out
	return c.Run()
}
