package agent

import (
	"fmt"
	"os"
	"time"

	"cachecluster.dev/kuberig/internal/node"
	"cachecluster.dev/kuberig/internal/process"
)

// look is how often the agent looks which addresses this node has, and whether it is to enforce anything.
const look = 20 * time.Millisecond

// watchNode marks a change whenever a pod of this node gets or loses its address, or enforcement is switched. It looks
// instead of being told, because being told (inotify) fails when the machine's few instances are taken, and then no pod could
// talk.
func (a *agent) watchNode() {
	last := ""
	for range time.Tick(look) {
		entries, err := os.ReadDir(node.PodsDir)
		if err != nil {
			fmt.Fprintln(os.Stderr, "cannot see this node's pods:", err)
			continue
		}
		seen := fmt.Sprint(process.Exists(a.off))
		if dir, err := os.Stat(node.PodsDir); err == nil {
			seen += dir.ModTime().String() // an address that went and came back within one look
		}
		for _, e := range entries {
			seen += " " + e.Name()
		}
		if seen != last {
			last = seen
			a.mark()
		}
	}
}
