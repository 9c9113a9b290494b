package node

import (
	"fmt"
	"os"
	"path/filepath"

	"cachecluster.dev/kuberig/internal/images"
	"cachecluster.dev/kuberig/internal/network"
	"cachecluster.dev/kuberig/internal/rig"
)

// WriteFiles writes what a node's programs read.
func WriteFiles(r *rig.Rig, n int) error {
	home := r.NodeHome(n)
	if err := os.MkdirAll(filepath.Join(home, "cni"), 0o755); err != nil {
		return err
	}
	for name, text := range map[string]string{
		"containerd.toml":         containerdConfig(r, n),
		"cni/10-kuberig.conflist": cniConfig(r, n),
		"kubelet.yaml":            kubeletConfig(r, n),
		"proxy.yaml":              proxyConfig(r, n),
	} {
		if err := os.WriteFile(filepath.Join(home, name), []byte(text), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// LinkPlugins makes one directory with the machine's CNI plugins and the rig's own, because containerd knows one only.
func LinkPlugins(r *rig.Rig) error {
	if err := os.MkdirAll(r.Path("cni"), 0o755); err != nil {
		return err
	}
	for _, p := range MachinePlugins {
		if err := os.Symlink(filepath.Join(r.CNIPlugins, p), r.Path("cni", p)); err != nil {
			return err
		}
	}
	return os.Symlink(r.Rigd(), r.Path("cni", PolicyPlugin))
}

// MachinePlugins are the CNI plugins that a node uses of the machine's.
var MachinePlugins = []string{"ptp", "host-local", "loopback", "portmap"}

func containerdConfig(r *rig.Rig, n int) string {
	return fmt.Sprintf(`version = 2
root = "/var/lib/containerd"
state = "/run/containerd"
disabled_plugins = ["io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.zfs", "io.containerd.snapshotter.v1.aufs", "io.containerd.snapshotter.v1.devmapper", "io.containerd.internal.v1.tracing", "io.containerd.tracing.processor.v1.otlp"]
[grpc]
  address = "/run/containerd/containerd.sock"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "%s"
  disable_tcp_service = true
  # Without CAP_SYS_RESOURCE nobody may lower oom_score_adj, and runc does not say so.
  restrict_oom_score_adj = true
  tolerate_missing_hugetlb_controller = true
  max_concurrent_downloads = 1
  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "overlayfs"
    default_runtime_name = "runc"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"
      [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
        SystemdCgroup = false
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "%s"
    conf_dir = "%s"
`, images.PauseImage, r.Path("cni"), filepath.Join(r.NodeHome(n), "cni"))
}

// cniConfig routes every pod by a link of its own (no bridge, so every packet between pods meets the forward hook), and
// ends with the rig's plugin, which waits until the pod's policies hold.
func cniConfig(r *rig.Rig, n int) string {
	return fmt.Sprintf(`{
  "cniVersion": "0.4.0", "name": "kuberig",
  "plugins": [
    {"type": "ptp", "ipMasq": false, "mtu": 1500,
     "ipam": {"type": "host-local", "dataDir": "/var/lib/cni/networks", "ranges": [[{"subnet": "%s"}]], "routes": [{"dst": "0.0.0.0/0"}]}},
    {"type": "portmap", "capabilities": {"portMappings": true}, "snat": false},
    {"type": "%s", "off": "%s"}
  ]
}
`, network.NodePodCIDR(n), PolicyPlugin, r.NetpolOff())
}

func kubeletConfig(r *rig.Rig, n int) string {
	pki := func(f string) string { return r.Path("pki", f) }
	name := rig.NodeName(n)
	return fmt.Sprintf(`apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
failCgroupV1: false
cgroupDriver: cgroupfs
cgroupRoot: /%s/%s
containerRuntimeEndpoint: unix:///run/containerd/containerd.sock
authentication:
  anonymous: {enabled: false}
  webhook: {enabled: true}
  x509: {clientCAFile: %s}
authorization: {mode: Webhook}
tlsCertFile: %s
tlsPrivateKeyFile: %s
clusterDNS: ["%s"]
clusterDomain: cluster.local
resolvConf: ""
failSwapOn: false
evictionHard: {memory.available: 100Mi, nodefs.available: "1%%", imagefs.available: "1%%", nodefs.inodesFree: "1%%"}
# Loaded images cannot be pulled again, so none is ever collected.
imageGCHighThresholdPercent: 100
imageGCLowThresholdPercent: 99
nodeLeaseDurationSeconds: 8
nodeStatusUpdateFrequency: 3s
enableServer: true
readOnlyPort: 0
healthzPort: 10248
registerNode: true
maxPods: 100
configMapAndSecretChangeDetectionStrategy: Watch
`, r.CGroup(), name, pki("ca.crt"), pki(name+".crt"), pki(name+".key"), network.DNSIP)
}

func proxyConfig(r *rig.Rig, n int) string {
	return fmt.Sprintf(`apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
mode: %s
hostnameOverride: %s
clientConnection: {kubeconfig: %s}
detectLocalMode: ClusterCIDR
clusterCIDR: %s
# These settings belong to the machine's own network namespace: leave them alone.
conntrack: {maxPerCore: 0, min: 0, tcpEstablishedTimeout: 0s, tcpCloseWaitTimeout: 0s, udpTimeout: 0s, udpStreamTimeout: 0s}
healthzBindAddress: 127.0.0.1:10256
metricsBindAddress: 127.0.0.1:10249
nodePortAddresses: ["%s"]
`, r.ProxyMode, rig.NodeName(n), r.Path("kubeconfig", "proxy"), network.PodCIDR, network.FabricCIDR)
}
