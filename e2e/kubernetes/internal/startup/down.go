package startup

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"cachecluster.dev/kuberig/internal/cgroup"
	"cachecluster.dev/kuberig/internal/process"
	"cachecluster.dev/kuberig/internal/rig"
)

// Down stops the rig and removes everything that it made.
func Down(dir string, keepLogs bool, out io.Writer) error {
	if !process.Exists(dir) {
		fmt.Fprintf(out, "nothing is up in %s\n", dir)
		return nil
	}
	unlock, err := lock(dir, out)
	if err != nil {
		return err
	}
	defer unlock()
	r, err := rig.Open(dir)
	if errors.Is(err, rig.ErrAbsent) {
		fmt.Fprintf(out, "nothing is up in %s\n", dir)
		return nil
	}
	if err != nil {
		return err
	}
	begin := time.Now()
	if err := clear(r, keepLogs); err != nil {
		return err
	}
	fmt.Fprintf(out, "%6.2fs down: nothing is left\n", time.Since(begin).Seconds())
	return nil
}

func clear(r *rig.Rig, keepLogs bool) error {
	if err := endSupervisor(r); err != nil {
		return err
	}
	if err := cgroup.Remove(r.CGroup()); err != nil {
		return err
	}
	if mounted, err := mountedBelow(r.Dir); err != nil {
		return err
	} else if contains(mounted, r.Path("volumes")) {
		if err := unmountArea(r.Path("volumes")); err != nil {
			return err
		}
	}
	// Deleting through somebody else's mount would delete what is mounted.
	if mounted, err := mountedBelow(r.Dir); err != nil {
		return err
	} else if len(mounted) > 0 {
		return fmt.Errorf("%s is still mounted: unmount it and run `kuberig down` again; nothing was deleted", strings.Join(mounted, ", "))
	}
	return deleteFiles(r, keepLogs)
}

// unmountArea waits for the loop devices of the volumes on it: they go with the last mount of each, a moment after the
// nodes' namespaces ended.
func unmountArea(area string) error {
	var last error
	if process.WaitFor("the end of its use", 10*time.Second, func() bool {
		last = process.Run("umount", area)
		return last == nil
	}) != nil {
		return last
	}
	return nil
}

// deleteFiles keeps rig.json for last, so that an interrupted "down" can be repeated.
func deleteFiles(r *rig.Rig, keepLogs bool) error {
	entries, err := os.ReadDir(r.Dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if e.Name() == "rig.json" {
			continue
		}
		if e.Name() == "logs" && keepLogs {
			if err := keep(r.Path("logs"), r.Dir+".logs"); err != nil {
				return err
			}
			continue
		}
		if err := os.RemoveAll(r.Path(e.Name())); err != nil {
			return err
		}
	}
	if err := os.Remove(r.Path("rig.json")); err != nil {
		return err
	}
	return os.Remove(r.Dir)
}

// keep moves the logs beside the rig's directory, where they replace those of an earlier rig.
func keep(logs, target string) error {
	if err := os.RemoveAll(target); err != nil {
		return err
	}
	return os.Rename(logs, target)
}

// endSupervisor ends the rig's supervisor, with which everything else ends. A number that now belongs to another process
// is left alone.
func endSupervisor(r *rig.Rig) error {
	b, err := os.ReadFile(r.Path("run", "supervisor.pid"))
	if os.IsNotExist(err) {
		return nil
	}
	if err != nil {
		return err
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(b)))
	if err != nil {
		return err
	}
	mine := func() bool {
		cmd, _ := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "cmdline"))
		return string(cmd) == strings.Join([]string{r.Rigd(), "supervise", r.Dir, ""}, "\x00")
	}
	if !mine() {
		return nil
	}
	if err := syscall.Kill(pid, syscall.SIGTERM); err != nil {
		return err
	}
	if process.WaitFor("its end", 10*time.Second, func() bool { return !mine() }) == nil {
		return nil
	}
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		return err
	}
	return process.WaitFor("the supervisor's end", 10*time.Second, func() bool { return !mine() })
}

func mountedBelow(dir string) ([]string, error) {
	b, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil {
		return nil, err
	}
	var below []string
	for _, line := range strings.Split(string(b), "\n") {
		if f := strings.Fields(line); len(f) > 4 && strings.HasPrefix(f[4], dir+"/") {
			below = append(below, f[4])
		}
	}
	return below, nil
}

func contains(all []string, one string) bool {
	for _, s := range all {
		if s == one {
			return true
		}
	}
	return false
}
