// Package node is one machine of the rig, made of namespaces: its own mounts, processes, network, host name and IPC, with
// containerd, a kubelet, a kube-proxy and the network policy agent in it.
package node

import (
	"fmt"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"

	"cachecluster.dev/kuberig/internal/images"
	"cachecluster.dev/kuberig/internal/network"
	"cachecluster.dev/kuberig/internal/process"
	"cachecluster.dev/kuberig/internal/rig"
)

// Main runs in the node's namespaces and never returns but with an error.
func Main(r *rig.Rig, name string) error {
	n, err := r.ParseNode(name)
	if err != nil {
		return err
	}
	if err := start(r, n); err != nil {
		err = fmt.Errorf("node %s: %w", name, err)
		_ = os.WriteFile(r.FailedFile(), []byte(err.Error()), 0o644)
		return err
	}
	select {}
}

func start(r *rig.Rig, n int) error {
	if err := unix.Sethostname([]byte(rig.NodeName(n))); err != nil {
		return err
	}
	if err := mountPlaces(r, n); err != nil {
		return err
	}
	if err := plugIn(r, n); err != nil {
		return err
	}
	return startComponents(r, n)
}

// mountPlaces gives the node its own /run, /var/lib and /var/log. The kubelet, containerd and the CNI plugins keep to
// these three, so the nodes do not meet. /run is lost in a power cut; the other two are not.
func mountPlaces(r *rig.Rig, n int) error {
	home := r.NodeHome(n)
	for _, d := range []string{"log", "lib/kubelet", "lib/volumes", "lib/containerd", "lib/cni"} {
		if err := os.MkdirAll(filepath.Join(home, d), 0o755); err != nil {
			return err
		}
	}
	mounts := []struct {
		source, target, kind string
		flags                uintptr
		data                 string
	}{
		{r.Path("volumes"), filepath.Join(home, "lib", "volumes"), "", unix.MS_BIND | unix.MS_REC, ""},
		{"tmpfs", "/run", "tmpfs", 0, "mode=0755"},
		{filepath.Join(home, "log"), "/var/log", "", unix.MS_BIND, ""},
		{filepath.Join(home, "lib"), "/var/lib", "", unix.MS_BIND | unix.MS_REC, ""},
	}
	for _, m := range mounts {
		if err := unix.Mount(m.source, m.target, m.kind, m.flags, m.data); err != nil {
			return fmt.Errorf("cannot mount %s on %s: %w", m.source, m.target, err)
		}
	}
	if err := coverKernelSettings(); err != nil {
		return err
	}
	if err := os.MkdirAll(PodsDir, 0o755); err != nil {
		return err
	}
	if err := os.MkdirAll(JudgedDir, 0o755); err != nil {
		return err
	}
	// Volumes that the kubelet mounts must show in containers, so mounts propagate inside the node.
	return unix.Mount("", "/", "", unix.MS_REC|unix.MS_SHARED, "")
}

// kernelSettings are what a kubelet insists on for the whole machine.
var kernelSettings = map[string]string{
	"vm/overcommit_memory": "1", "vm/panic_on_oom": "0", "kernel/panic": "10", "kernel/panic_on_oops": "1",
	"kernel/keys/root_maxkeys": "1000000", "kernel/keys/root_maxbytes": "25000000",
}

// coverKernelSettings shows the kubelet the values that it wants, in files of the node, so that it leaves the machine's
// alone.
func coverKernelSettings() error {
	for name, value := range kernelSettings {
		f := filepath.Join("/run", "sysctl-"+filepath.Base(name))
		if err := os.WriteFile(f, []byte(value+"\n"), 0o644); err != nil {
			return err
		}
		if err := unix.Mount(f, "/proc/sys/"+name, "", unix.MS_BIND, ""); err != nil {
			return fmt.Errorf("cannot cover /proc/sys/%s: %w", name, err)
		}
	}
	return nil
}

// plugIn sets up the node's end of its cable, closed to pods until their policies are known.
func plugIn(r *rig.Rig, n int) error {
	if err := process.WaitFor("eth0", 20*time.Second, func() bool { return process.Exists("/proc/sys/net/ipv4/conf/eth0") }); err != nil {
		return err
	}
	policy := network.ClosedPolicy(n, r.NodeNumbers())
	if process.Exists(r.NetpolOff()) {
		policy = network.OpenPolicy()
	}
	if _, err := process.Output(network.NoIPv6()+policy, "nft", "-f", "-"); err != nil {
		return err
	}
	steps := [][]string{
		{"ip", "link", "set", "lo", "up"},
		{"ip", "addr", "add", network.NodeIP(n) + "/24", "dev", "eth0"},
		{"ip", "link", "set", "eth0", "up"},
		{"ip", "route", "add", network.OutsideIP + "/32", "dev", "eth0"},
	}
	for _, other := range r.NodeNumbers() {
		if other != n {
			steps = append(steps, []string{"ip", "route", "add", network.NodePodCIDR(other), "via", network.NodeIP(other)})
		}
	}
	if err := process.RunAll(steps); err != nil {
		return err
	}
	for k, v := range map[string]string{
		// The node's own table says who may send what. The kernel's filter would say it otherwise on every machine.
		"net/ipv4/ip_forward": "1", "net/ipv4/conf/all/rp_filter": "0", "net/ipv4/conf/default/rp_filter": "0", "net/ipv4/conf/eth0/rp_filter": "0",
		// A segment out of nowhere begins no connection: else whoever sends first after a connection was forgotten would
		// count as the one who began it, and be judged by the wrong rules.
		"net/netfilter/nf_conntrack_tcp_loose": "0",
	} {
		if err := process.SetSysctl(k, v); err != nil {
			return err
		}
	}
	// Pods are routed, not bridged, so a kernel without bridge netfilter does as well.
	_ = process.SetSysctl("net/bridge/bridge-nf-call-iptables", "1")
	return nil
}

func startComponents(r *rig.Rig, n int) error {
	name, home := rig.NodeName(n), r.NodeHome(n)
	keep := func(component string, argv ...string) {
		process.Keep(name+"-"+component, r.Log(name+"-"+component), argv...)
	}
	keep("netpol", r.Kuberig(), "component", "netpol", "--kubeconfig", r.Path("kubeconfig", "netpol"), "--node", name, "--nodes", fmt.Sprint(r.Nodes), "--off", r.NetpolOff())
	keep("containerd", "containerd", "--config", filepath.Join(home, "containerd.toml"))
	if err := forgetLeases("/var/lib/cni/networks/kuberig"); err != nil {
		return err
	}
	if err := process.WaitFor("containerd", 30*time.Second, images.RuntimeReady); err != nil {
		return fmt.Errorf("%w; see %s", err, r.Log(name+"-containerd"))
	}
	if err := images.Sync(r.Path("images"), os.Stdout); err != nil {
		return err
	}
	keep("volumes", r.VolumeDriver(), "node", "--node", name, "--root", r.Path("volumes"))
	keep("kubelet", r.Kuberig(), "component", "kubelet",
		"--config", filepath.Join(home, "kubelet.yaml"), "--kubeconfig", r.Path("kubeconfig", name),
		"--hostname-override", name, "--node-ip", network.NodeIP(n),
		"--node-labels", fmt.Sprintf("topology.kubernetes.io/zone=zone-%d,topology.kubernetes.io/region=here", n))
	keep("kube-proxy", r.Kuberig(), "component", "kube-proxy", "--config", filepath.Join(home, "proxy.yaml"))
	return nil
}

// forgetLeases frees the pod addresses that a power cut left taken, but keeps the note of the last one: addresses go on
// from there, so that a new pod does not get an address which the API still shows for another pod.
func forgetLeases(dir string) error {
	entries, err := os.ReadDir(dir)
	if os.IsNotExist(err) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, e := range entries {
		if e.Name() == "last_reserved_ip.0" {
			continue
		}
		if err := os.Remove(filepath.Join(dir, e.Name())); err != nil {
			return err
		}
	}
	return nil
}
