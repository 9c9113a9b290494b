package node

import (
	"fmt"
	"io"
	"os"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// Init is process 1 of a node, of the control plane and of the outside host: it makes the mounts private, starts the
// real program and reaps orphans. When it dies, the kernel kills every process of its namespaces and drops their mounts
// and network.
func Init(self string, args []string) error {
	// The parent closes this once the process is in its control group, so that all children are born there.
	if _, err := io.Copy(io.Discard, os.Stdin); err != nil {
		return err
	}
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return err
	}
	if err := forgetForeignMounts(args[1]); err != nil {
		return err
	}
	if err := unix.Mount("proc", "/proc", "proc", 0, ""); err != nil {
		return err
	}
	files := []*os.File{os.Stdin, os.Stdout, os.Stderr}
	if args[0] == "control-plane" {
		files = append(files, os.NewFile(3, "listener"))
	}
	p, err := os.StartProcess(self, append([]string{self}, args...), &os.ProcAttr{Files: files, Env: os.Environ()})
	if err != nil {
		return err
	}
	for {
		var ws syscall.WaitStatus
		pid, err := syscall.Wait4(-1, &ws, 0, nil)
		if err == syscall.EINTR {
			continue
		}
		if err != nil {
			return err
		}
		if pid == p.Pid {
			return fmt.Errorf("%s ended: exit status %d", strings.Join(args, " "), ws.ExitStatus())
		}
	}
}

// forgetForeignMounts drops this namespace's copies of other people's mounts, which would otherwise stay busy after
// their owners unmount them. The rig's own mounts stay.
func forgetForeignMounts(dir string) error {
	b, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil {
		return err
	}
	mounts := foreignMounts(string(b), dir)
	for i := len(mounts) - 1; i >= 0; i-- {
		// A mount below another one is gone already; what cannot be dropped only stays busy for longer.
		_ = unix.Unmount(mounts[i], unix.MNT_DETACH)
	}
	return nil
}

// foreignMounts picks the container, FUSE and loop mounts that are not below the rig's directory.
func foreignMounts(mountinfo, dir string) []string {
	var foreign []string
	for _, line := range strings.Split(mountinfo, "\n") {
		left, right, ok := strings.Cut(line, " - ")
		f, g := strings.Fields(left), strings.Fields(right)
		if !ok || len(f) < 5 || len(g) < 2 || f[4] == "/" || strings.HasPrefix(f[4], dir+"/") {
			continue
		}
		if g[0] == "overlay" || g[0] == "nsfs" || strings.HasPrefix(g[0], "fuse.") || strings.HasPrefix(g[1], "/dev/loop") {
			foreign = append(foreign, f[4])
		}
	}
	return foreign
}
