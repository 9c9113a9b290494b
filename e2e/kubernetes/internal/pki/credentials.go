package pki

import (
	"encoding/base64"
	"fmt"
	"os"

	"cachecluster.dev/kuberig/internal/network"
	"cachecluster.dev/kuberig/internal/rig"
)

type identity struct {
	file, commonName string
	organizations    []string
	names            []string
	addresses        []string
}

func identities(r *rig.Rig) []identity {
	admins := []string{"system:masters"}
	all := []identity{
		{"apiserver", "kube-apiserver", nil,
			[]string{"localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc", "kubernetes.default.svc.cluster.local"},
			[]string{"127.0.0.1", network.APIServerIP, network.APIServiceIP}},
		{"apiserver-kubelet", "apiserver-kubelet", admins, nil, nil},
		{"admin", "admin", admins, nil, nil},
		{"controller-manager", "system:kube-controller-manager", nil, nil, nil},
		{"scheduler", "system:kube-scheduler", nil, nil, nil},
		{"proxy", "system:kube-proxy", nil, nil, nil},
		{"netpol", "kuberig:netpol", admins, nil, nil},
	}
	for _, n := range r.NodeNumbers() {
		name := rig.NodeName(n)
		all = append(all, identity{name, "system:node:" + name, []string{"system:nodes"}, []string{name}, []string{network.NodeIP(n)}})
	}
	return all
}

// WriteAll writes every certificate, key and kubeconfig of the rig.
func WriteAll(r *rig.Rig) error {
	dir := r.Path("pki")
	ca, err := newAuthority(dir, "ca")
	if err != nil {
		return err
	}
	front, err := newAuthority(dir, "front-ca")
	if err != nil {
		return err
	}
	for _, i := range identities(r) {
		if err := ca.issue(dir, i.file, i.commonName, i.organizations, i.names, i.addresses); err != nil {
			return err
		}
	}
	if err := front.issue(dir, "front-proxy", "front-proxy", nil, nil, nil); err != nil {
		return err
	}
	if err := writeServiceAccountKeys(dir); err != nil {
		return err
	}
	inside := "https://" + network.APIServerIP + ":6443"
	for _, user := range []string{"controller-manager", "scheduler", "proxy", "netpol"} {
		if err := writeKubeconfig(r, user, r.Path("kubeconfig", user), inside); err != nil {
			return err
		}
	}
	for _, n := range r.NodeNumbers() {
		if err := writeKubeconfig(r, rig.NodeName(n), r.Path("kubeconfig", rig.NodeName(n)), inside); err != nil {
			return err
		}
	}
	if err := writeKubeconfig(r, "admin", r.Path("kubeconfig", "admin-inside"), inside); err != nil {
		return err
	}
	return writeKubeconfig(r, "admin", r.Kubeconfig(), fmt.Sprintf("https://127.0.0.1:%d", r.Port))
}

// writeKubeconfig writes a kubeconfig that needs no other file.
func writeKubeconfig(r *rig.Rig, user, out, server string) error {
	var data [3]string
	for i, f := range []string{"ca.crt", user + ".crt", user + ".key"} {
		b, err := os.ReadFile(r.Path("pki", f))
		if err != nil {
			return err
		}
		data[i] = base64.StdEncoding.EncodeToString(b)
	}
	text := fmt.Sprintf(`apiVersion: v1
kind: Config
clusters:
- name: kuberig
  cluster: {server: "%s", certificate-authority-data: %s}
users:
- name: %s
  user: {client-certificate-data: %s, client-key-data: %s}
contexts:
- name: kuberig
  context: {cluster: kuberig, user: %s}
current-context: kuberig
`, server, data[0], user, data[1], data[2], user)
	return os.WriteFile(out, []byte(text), 0o600)
}
