// Package containers finds and signals the processes of one container. It runs inside a node.
package containers

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"cachecluster.dev/kuberig/internal/process"
)

var ctr = []string{"ctr", "--namespace", "k8s.io"}

// Main is the command "container": find NAMESPACE POD, or pause, resume or kill ID.
func Main(args []string, out io.Writer) error {
	switch {
	case len(args) == 3 && args[0] == "find":
		return find(args[1], args[2], out)
	case len(args) == 2 && args[0] == "pause":
		return pause(args[1], out)
	case len(args) == 2 && args[0] == "resume":
		return resume(args[1], out)
	case len(args) == 2 && args[0] == "kill":
		return kill(args[1], out)
	}
	return fmt.Errorf("container %q: unknown", args)
}

// find prints "ID NAME" for each running container of a pod, but not for its sandbox.
func find(namespace, pod string, out io.Writer) error {
	running, err := tasks()
	if err != nil {
		return err
	}
	filter := fmt.Sprintf(`labels."io.kubernetes.pod.namespace"==%q,labels."io.kubernetes.pod.name"==%q,labels."io.cri-containerd.kind"==container`, namespace, pod)
	ids, err := process.Output("", append(ctr, "containers", "list", "--quiet", filter)...)
	if err != nil {
		return err
	}
	for _, id := range strings.Fields(ids) {
		if running[id] == 0 {
			continue
		}
		name, err := containerName(id)
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintln(out, id, name); err != nil {
			return err
		}
	}
	return nil
}

func containerName(id string) (string, error) {
	text, err := process.Output("", append(ctr, "containers", "info", id)...)
	if err != nil {
		return "", err
	}
	return nameIn(text)
}

// nameIn reads the container's name, which the pod gives it, out of what the runtime knows.
func nameIn(info string) (string, error) {
	var c struct{ Labels map[string]string }
	if err := json.Unmarshal([]byte(info), &c); err != nil {
		return "", err
	}
	if n := c.Labels["io.kubernetes.container.name"]; n != "" {
		return n, nil
	}
	return "", fmt.Errorf("a container without a name: %v", c.Labels)
}

// tasks gives the process number of each running container.
func tasks() (map[string]int, error) {
	text, err := process.Output("", append(ctr, "tasks", "list")...)
	if err != nil {
		return nil, err
	}
	return parseTasks(text), nil
}

func parseTasks(text string) map[string]int {
	all := map[string]int{}
	for _, line := range strings.Split(text, "\n") {
		f := strings.Fields(line)
		if len(f) == 3 && f[2] != "STOPPED" {
			if pid, err := strconv.Atoi(f[1]); err == nil && pid > 0 {
				all[f[0]] = pid
			}
		}
	}
	return all
}

// group is the container's directory in the hierarchy that knows its processes.
func group(id string) (string, error) {
	running, err := tasks()
	if err != nil {
		return "", err
	}
	if running[id] == 0 {
		return "", errors.New("no process of the container runs")
	}
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/cgroup", running[id]))
	if err != nil {
		return "", err
	}
	return groupIn(string(b), "/sys/fs/cgroup")
}

func groupIn(text, root string) (string, error) {
	for _, line := range strings.Split(text, "\n") {
		f := strings.SplitN(line, ":", 3)
		if len(f) != 3 {
			continue
		}
		if f[1] == "pids" {
			return filepath.Join(root, "pids", f[2]), nil
		}
		if f[0] == "0" && process.Exists(filepath.Join(root, "cgroup.controllers")) {
			return filepath.Join(root, f[2]), nil
		}
	}
	return "", fmt.Errorf("no control group in %q", text)
}

func pids(dir string) ([]int, error) {
	b, err := os.ReadFile(filepath.Join(dir, "cgroup.procs"))
	if err != nil {
		return nil, err
	}
	var all []int
	for _, f := range strings.Fields(string(b)) {
		pid, err := strconv.Atoi(f)
		if err != nil {
			return nil, err
		}
		if pid > 1 {
			all = append(all, pid)
		}
	}
	return all, nil
}

// pause stops every process, and looks again until none runs: one of them may just have started another.
func pause(id string, out io.Writer) error {
	dir, err := group(id)
	if err != nil {
		return err
	}
	stopped := 0
	was, err := running(dir)
	if err != nil {
		return err
	}
	err = process.WaitFor("every process of the container to stop", 5*time.Second, func() bool {
		left, err := running(dir)
		if err != nil {
			return true
		}
		for _, pid := range left {
			_ = syscall.Kill(pid, syscall.SIGSTOP)
		}
		return len(left) == 0
	})
	if err != nil {
		return err
	}
	stopped = len(was)
	if stopped == 0 {
		_, err = fmt.Fprintln(out, "is paused already")
	} else {
		_, err = fmt.Fprintf(out, "paused (%d processes)\n", stopped)
	}
	return err
}

// running are the group's processes that are neither stopped nor dead.
func running(dir string) ([]int, error) {
	all, err := pids(dir)
	if err != nil {
		return nil, err
	}
	var on []int
	for _, pid := range all {
		switch state(pid) {
		case "T", "t", "Z", "X", "":
		default:
			on = append(on, pid)
		}
	}
	return on, nil
}

// state is the letter of /proc/PID/stat, or nothing if the process is gone.
func state(pid int) string {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return ""
	}
	_, rest, _ := strings.Cut(string(b), ") ")
	s, _, _ := strings.Cut(rest, " ")
	return s
}

func resume(id string, out io.Writer) error {
	dir, err := group(id)
	if err != nil {
		return err
	}
	all, err := pids(dir)
	if err != nil {
		return err
	}
	n := 0
	for _, pid := range all {
		if state(pid) == "T" {
			n++
			if err := syscall.Kill(pid, syscall.SIGCONT); err != nil {
				return err
			}
		}
	}
	if n == 0 {
		_, err = fmt.Fprintln(out, "runs already")
	} else {
		_, err = fmt.Fprintf(out, "resumed (%d processes)\n", n)
	}
	return err
}

// kill ends the container's first process without warning; the kubelet starts the container again.
func kill(id string, out io.Writer) error {
	running, err := tasks()
	if err != nil {
		return err
	}
	if running[id] == 0 {
		return errors.New("no process of the container runs")
	}
	if err := syscall.Kill(running[id], syscall.SIGKILL); err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "killed (process %d of its node)\n", running[id])
	return err
}
