package proofs

import (
	"os"
	"path/filepath"
	"strings"

	"cachecluster.dev/kuberig/internal/process"
	"cachecluster.dev/kuberig/internal/rig"
)

// left is what a rig has on the machine. Only its own traces count: other rigs may run.
type left struct{ processes, mounts, groups, files []string }

func traces(dir string) left {
	var l left
	commands, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	for _, f := range commands {
		if b, _ := os.ReadFile(f); strings.HasPrefix(string(b), dir+"/") {
			l.processes = append(l.processes, strings.ReplaceAll(string(b), "\x00", " "))
		}
	}
	// Containers and their runtime are told by their control group.
	groups, _ := filepath.Glob("/proc/[0-9]*/cgroup")
	for _, f := range groups {
		if b, _ := os.ReadFile(f); strings.Contains(string(b), "kuberig-"+rig.ID(dir)) {
			l.processes = append(l.processes, f)
		}
	}
	b, _ := os.ReadFile("/proc/self/mountinfo")
	for _, line := range strings.Split(string(b), "\n") {
		if strings.Contains(line, dir) {
			l.mounts = append(l.mounts, line)
		}
	}
	for _, pattern := range []string{"/sys/fs/cgroup/kuberig-", "/sys/fs/cgroup/*/kuberig-"} {
		found, _ := filepath.Glob(pattern + rig.ID(dir))
		l.groups = append(l.groups, found...)
	}
	if process.Exists(dir) {
		l.files = append(l.files, dir)
	}
	return l
}

// settings are what no rig may change for the whole machine.
func settings() string {
	var b strings.Builder
	for _, name := range []string{"vm/overcommit_memory", "vm/panic_on_oom", "kernel/panic", "kernel/panic_on_oops", "kernel/keys/root_maxkeys",
		"kernel/keys/root_maxbytes", "net/ipv4/ip_forward", "net/netfilter/nf_conntrack_max"} {
		v, _ := os.ReadFile("/proc/sys/" + name)
		b.WriteString(name + "=" + strings.TrimSpace(string(v)) + "\n")
	}
	for _, c := range [][]string{{"ip", "-brief", "link"}, {"ip", "route"}, {"nft", "list", "tables"}, {"losetup", "--list", "--noheadings", "--output", "BACK-FILE"}} {
		out, err := process.Output("", c...)
		b.WriteString(strings.Join(c, " ") + ": " + out)
		if err != nil {
			b.WriteString(err.Error())
		}
	}
	for _, place := range []string{"/var/lib/kubelet", "/var/lib/cni", "/var/log/pods", "/var/log/containers", "/run/kuberig", "/etc/cni/net.d"} {
		if process.Exists(place) {
			b.WriteString(place + " exists\n")
		}
	}
	return b.String()
}
