// Package startup brings a rig up and takes it down.
package startup

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"cachecluster.dev/kuberig/internal/controlplane"
	"cachecluster.dev/kuberig/internal/images"
	"cachecluster.dev/kuberig/internal/node"
	"cachecluster.dev/kuberig/internal/pki"
	"cachecluster.dev/kuberig/internal/process"
	"cachecluster.dev/kuberig/internal/rig"
	"cachecluster.dev/kuberig/internal/storage"
	"cachecluster.dev/kuberig/internal/supervisor"
	"cachecluster.dev/kuberig/programs"
)

// Up starts the rig, or says that it runs.
func Up(wanted *rig.Rig, out io.Writer) error {
	begin := time.Now()
	say := func(format string, args ...any) {
		fmt.Fprintf(out, "%6.2fs %s\n", time.Since(begin).Seconds(), fmt.Sprintf(format, args...))
	}
	unlock, err := lock(wanted.Dir, out)
	if err != nil {
		return err
	}
	defer unlock()
	old, err := rig.Open(wanted.Dir)
	switch {
	case err == nil && supervisor.Alive(old) && process.Exists(old.Path("run", "ready")):
		if old.Nodes != wanted.Nodes {
			return fmt.Errorf("a rig with %d node(s) runs in %s already: run `kuberig down` first", old.Nodes, old.Dir)
		}
		if wanted.Port != 0 && wanted.Port != old.Port {
			return fmt.Errorf("the rig in %s runs on port %d already: run `kuberig down` first", old.Dir, old.Port)
		}
		if wanted.WithoutNetpol && !process.Exists(old.NetpolOff()) {
			return fmt.Errorf("the rig in %s runs already, and enforces network policies: run `kuberig netpol off`", old.Dir)
		}
		say("the rig in %s is up already: %d node(s), kubeconfig %s", old.Dir, old.Nodes, old.Kubeconfig())
		return nil
	case err == nil:
		say("clearing away what a dead or half-started rig left in %s", old.Dir)
		if err := clear(old, false); err != nil {
			return err
		}
		if err := os.MkdirAll(wanted.Dir, 0o755); err != nil {
			return err
		}
	case !errors.Is(err, rig.ErrAbsent):
		return err
	}
	if err := onlyOurs(wanted.Dir); err != nil {
		return err
	}
	if err := checkWatches(wanted.Nodes); err != nil {
		return err
	}
	if err := begun(wanted, say); err != nil {
		return fmt.Errorf("%w\n  the logs are in %s; clear away with `kuberig down`", err, wanted.Path("logs"))
	}
	return nil
}

func begun(r *rig.Rig, say func(string, ...any)) error {
	listener, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", r.Port))
	if err != nil {
		return fmt.Errorf("port %d of 127.0.0.1 is taken (%w): choose another --port, or 0 for a free one", r.Port, err)
	}
	defer listener.Close()
	r.Port = listener.Addr().(*net.TCPAddr).Port
	if err := prepare(r); err != nil {
		return err
	}
	lf, err := listener.(*net.TCPListener).File()
	if err != nil {
		return err
	}
	defer lf.Close()
	log, err := os.Create(r.Log("supervisor"))
	if err != nil {
		return err
	}
	defer log.Close()
	c := exec.Command(r.Rigd(), "supervise", r.Dir)
	c.Stdout, c.Stderr, c.Dir = log, log, "/"
	c.ExtraFiles = []*os.File{lf}
	c.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := c.Start(); err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() { ended <- c.Wait() }()
	say("supervisor started (process %d)", c.Process.Pid)
	return finish(r, ended, say)
}

// prepare writes everything that the rig's processes read.
func prepare(r *rig.Rig) error {
	if err := checkFileSystem(r.Dir); err != nil {
		return err
	}
	for _, d := range []string{"pki", "kubeconfig", "logs", "nodes", "volumes/plain", "run", "etcd", "images", "bin"} {
		if err := os.MkdirAll(r.Path(d), 0o755); err != nil {
			return err
		}
	}
	for _, private := range []string{"pki", "kubeconfig", "etcd"} {
		if err := os.Chmod(r.Path(private), 0o700); err != nil {
			return err
		}
	}
	if err := r.Save(); err != nil { // first, so that "down" can clear away whatever follows
		return err
	}
	if err := installBinaries(r); err != nil {
		return err
	}
	if err := pki.WriteAll(r); err != nil {
		return err
	}
	if err := images.WritePause(r.Path("images", "pause.tar")); err != nil {
		return err
	}
	if err := os.WriteFile(r.Path("audit-policy.yaml"), []byte(controlplane.AuditPolicy), 0o644); err != nil {
		return err
	}
	if r.WithoutNetpol {
		if err := os.WriteFile(r.NetpolOff(), nil, 0o644); err != nil {
			return err
		}
	}
	if r.EncryptedMB > 0 {
		if err := storage.MakeEncryptedArea(r); err != nil {
			return err
		}
	}
	if err := node.LinkPlugins(r); err != nil {
		return err
	}
	for _, n := range r.NodeNumbers() {
		if err := node.WriteFiles(r, n); err != nil {
			return err
		}
	}
	return nil
}

// installBinaries gives the rig its own binaries, so that a rebuilt tool does not change a running rig. A second name for
// the same file costs nothing; across file systems it must be a copy.
func installBinaries(r *rig.Rig) error {
	self, err := filepath.EvalSymlinks("/proc/self/exe")
	if err != nil {
		return err
	}
	if os.Link(self, r.Kuberig()) != nil {
		if err := process.Run("cp", "--", self, r.Kuberig()); err != nil {
			return err
		}
	}
	for _, p := range []string{programs.Rigd, programs.Volumes} {
		if err := programs.Install(p, r.Path("bin")); err != nil {
			return err
		}
	}
	return nil
}

// onlyOurs refuses a directory that somebody else uses, because "down" deletes all of it.
func onlyOurs(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	if len(entries) > 0 {
		return fmt.Errorf("%s is not empty and holds no rig (%s is in it): choose another --dir", dir, entries[0].Name())
	}
	return nil
}
