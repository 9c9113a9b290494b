package controlplane

import (
	"cachecluster.dev/kuberig/internal/network"
	"cachecluster.dev/kuberig/internal/rig"
)

// AuditPolicy records who did what to which object, never the object itself.
const AuditPolicy = `apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
- level: Metadata
`

func apiServerFlags(r *rig.Rig) []string {
	pki := func(f string) string { return r.Path("pki", f) }
	return []string{
		"--etcd-servers=http://127.0.0.1:2379",
		"--advertise-address=" + network.APIServerIP, "--secure-port=6443",
		"--service-cluster-ip-range=" + network.ServiceCIDR,
		"--client-ca-file=" + pki("ca.crt"),
		"--tls-cert-file=" + pki("apiserver.crt"), "--tls-private-key-file=" + pki("apiserver.key"),
		"--service-account-issuer=https://kubernetes.default.svc.cluster.local",
		"--service-account-key-file=" + pki("sa.pub"), "--service-account-signing-key-file=" + pki("sa.key"),
		"--kubelet-certificate-authority=" + pki("ca.crt"),
		"--kubelet-client-certificate=" + pki("apiserver-kubelet.crt"), "--kubelet-client-key=" + pki("apiserver-kubelet.key"),
		"--kubelet-preferred-address-types=InternalIP",
		"--authorization-mode=Node,RBAC",
		"--enable-admission-plugins=NodeRestriction",
		"--requestheader-client-ca-file=" + pki("front-ca.crt"),
		"--requestheader-allowed-names=front-proxy",
		"--requestheader-extra-headers-prefix=X-Remote-Extra-",
		"--requestheader-group-headers=X-Remote-Group",
		"--requestheader-username-headers=X-Remote-User",
		"--proxy-client-cert-file=" + pki("front-proxy.crt"), "--proxy-client-key-file=" + pki("front-proxy.key"),
		// Webhooks are dialled at their pods: no service address works in this namespace.
		"--enable-aggregator-routing=true",
		"--allow-privileged=true",
		"--profiling=false",
		"--audit-policy-file=" + r.Path("audit-policy.yaml"),
		"--audit-log-path=" + r.Path("logs", "audit.log"),
		"--audit-log-format=json",
		// Written before the request is answered, and never rotated away under a reader.
		"--audit-log-mode=blocking", "--audit-log-maxsize=1000000",
	}
}

func controllerManagerFlags(r *rig.Rig) []string {
	kubeconfig := r.Path("kubeconfig", "controller-manager")
	return []string{
		"--kubeconfig=" + kubeconfig, "--authentication-kubeconfig=" + kubeconfig, "--authorization-kubeconfig=" + kubeconfig,
		"--client-ca-file=" + r.Path("pki", "ca.crt"), "--root-ca-file=" + r.Path("pki", "ca.crt"),
		"--cluster-signing-cert-file=" + r.Path("pki", "ca.crt"), "--cluster-signing-key-file=" + r.Path("pki", "ca.key"),
		"--service-account-private-key-file=" + r.Path("pki", "sa.key"), "--use-service-account-credentials=true",
		// "up" gives each node its range, by its number and not by the order of registration.
		"--cluster-cidr=" + network.PodCIDR, "--allocate-node-cidrs=false",
		"--bind-address=127.0.0.1", "--leader-elect=false", "--profiling=false",
		// The default of 20 requests a second alone would add four seconds to every start.
		"--kube-api-qps=200", "--kube-api-burst=400",
		// A lost node shows after ten seconds instead of fifty, and its pods leave at once.
		"--node-monitor-period=1s", "--node-monitor-grace-period=10s", "--node-eviction-rate=10", "--secondary-node-eviction-rate=10",
	}
}

func schedulerFlags(r *rig.Rig) []string {
	kubeconfig := r.Path("kubeconfig", "scheduler")
	return []string{
		"--kubeconfig=" + kubeconfig, "--authentication-kubeconfig=" + kubeconfig, "--authorization-kubeconfig=" + kubeconfig,
		"--bind-address=127.0.0.1", "--leader-elect=false", "--profiling=false",
		"--kube-api-qps=200", "--kube-api-burst=400",
	}
}
