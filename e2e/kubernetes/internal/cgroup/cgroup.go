// Package cgroup makes, empties and removes a rig's control groups, in every hierarchy of version 1 or in version 2.
package cgroup

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

type hierarchy struct {
	mountPoint string
	v2         bool
	// named hierarchies and the v2 tree beside v1 hold no controller; they only group processes.
}

func hierarchies() ([]hierarchy, error) {
	b, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil {
		return nil, err
	}
	return parseMountinfo(string(b)), nil
}

func parseMountinfo(text string) []hierarchy {
	seen := map[string]bool{}
	var all []hierarchy
	for _, line := range strings.Split(text, "\n") {
		left, right, ok := strings.Cut(line, " - ")
		f := strings.Fields(left)
		kind, _, _ := strings.Cut(right, " ")
		if !ok || len(f) < 5 || (kind != "cgroup" && kind != "cgroup2") || seen[f[4]] {
			continue
		}
		seen[f[4]] = true
		all = append(all, hierarchy{f[4], kind == "cgroup2"})
	}
	return all
}

// Make makes the group in every hierarchy.
func Make(name string) error {
	all, err := hierarchies()
	if err != nil {
		return err
	}
	for _, h := range all {
		dir := filepath.Join(h.mountPoint, name)
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return err
		}
		parent := h.mountPoint
		for _, step := range strings.Split(name, "/") {
			next := filepath.Join(parent, step)
			if h.v2 {
				delegate(parent)
			} else {
				fillCPUSet(parent, next)
			}
			parent = next
		}
		if h.v2 {
			delegate(dir)
		}
	}
	return nil
}

// delegate lets the children of a version 2 group have its controllers. A group that holds processes cannot; then its
// children do without, and whoever needs them says so.
func delegate(dir string) {
	b, err := os.ReadFile(filepath.Join(dir, "cgroup.controllers"))
	if err != nil {
		return
	}
	for _, c := range strings.Fields(string(b)) {
		_ = os.WriteFile(filepath.Join(dir, "cgroup.subtree_control"), []byte("+"+c), 0o644)
	}
}

// fillCPUSet copies the parent's processors: a fresh cpuset has none, and lets no process in until it has some.
func fillCPUSet(parent, child string) {
	for _, f := range []string{"cpuset.cpus", "cpuset.mems"} {
		v, err := os.ReadFile(filepath.Join(parent, f))
		if err != nil {
			return
		}
		if cur, _ := os.ReadFile(filepath.Join(child, f)); strings.TrimSpace(string(cur)) == "" {
			_ = os.WriteFile(filepath.Join(child, f), v, 0o644)
		}
	}
}

// Enter makes the group and puts a process into it.
func Enter(name string, pid int) error {
	all, err := hierarchies()
	if err != nil {
		return err
	}
	// The group itself holds the process, so only its parents hand controllers on.
	if err := Make(filepath.Dir(name)); err != nil {
		return err
	}
	for _, h := range all {
		dir := filepath.Join(h.mountPoint, name)
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return err
		}
		if !h.v2 {
			fillCPUSet(filepath.Dir(dir), dir)
		}
		if err := os.WriteFile(filepath.Join(dir, "cgroup.procs"), []byte(strconv.Itoa(pid)), 0o644); err != nil {
			return fmt.Errorf("cannot put process %d into %s: %w", pid, dir, err)
		}
	}
	return nil
}

// Exists says whether the group is there in any hierarchy.
func Exists(name string) bool {
	all, _ := hierarchies()
	for _, h := range all {
		if _, err := os.Stat(filepath.Join(h.mountPoint, name)); err == nil {
			return true
		}
	}
	return false
}

// Remove kills what still runs in the group, and removes it with everything below it.
func Remove(name string) error {
	all, err := hierarchies()
	if err != nil {
		return err
	}
	var last error
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		last = nil
		for _, h := range all {
			if err := removeTree(filepath.Join(h.mountPoint, name)); err != nil {
				last = err
			}
		}
		if last == nil {
			return nil
		}
	}
	return last
}

func removeTree(root string) error {
	var dirs []string
	_ = filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() {
			dirs = append(dirs, p)
		}
		return nil
	})
	var last error
	for i := len(dirs) - 1; i >= 0; i-- {
		for _, pid := range Processes(dirs[i]) {
			_ = syscall.Kill(pid, syscall.SIGKILL)
		}
		if err := unix.Rmdir(dirs[i]); err != nil && err != unix.ENOENT {
			last = fmt.Errorf("cannot remove the control group %s: %w", dirs[i], err)
		}
	}
	return last
}

// Processes are the processes in one directory of a hierarchy.
func Processes(dir string) []int {
	b, _ := os.ReadFile(filepath.Join(dir, "cgroup.procs"))
	var pids []int
	for _, f := range strings.Fields(string(b)) {
		if pid, err := strconv.Atoi(f); err == nil && pid > 1 {
			pids = append(pids, pid)
		}
	}
	return pids
}
