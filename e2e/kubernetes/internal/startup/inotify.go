package startup

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// A control plane and a node were measured to take 12 and 8 inotify instances. Some are left for `kubectl logs -f`.
const (
	watchesOfControlPlane = 12
	watchesOfNode         = 8
	watchesToSpare        = 6
)

// checkWatches refuses to start a rig whose kubelets would fail, in their own obscure way, for lack of inotify instances.
// The limit counts all of a user's processes, and is 128 on many machines.
func checkWatches(nodes int) error {
	b, err := os.ReadFile("/proc/sys/fs/inotify/max_user_instances")
	if err != nil {
		return nil // another kernel, other limits
	}
	limit, err := strconv.Atoi(strings.TrimSpace(string(b)))
	if err != nil {
		return err
	}
	return enoughWatches(watchesInUse(), limit, nodes)
}

func enoughWatches(used, limit, nodes int) error {
	need := watchesOfControlPlane + nodes*watchesOfNode + watchesToSpare
	if used+need <= limit {
		return nil
	}
	return fmt.Errorf("this machine allows %d inotify instances; %d are taken and a rig with %d node(s) needs %d: take another rig down, or run `sysctl -w fs.inotify.max_user_instances=1024`",
		limit, used, nodes, need)
}

// watchesInUse counts the instances of the caller's user.
func watchesInUse() int {
	used := 0
	files, _ := filepath.Glob("/proc/[0-9]*/fd/*")
	for _, f := range files {
		if target, err := os.Readlink(f); err == nil && strings.HasPrefix(target, "anon_inode:inotify") {
			used++
		}
	}
	return used
}
