package node

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"cachecluster.dev/kuberig/internal/rig"
)

func TestForeignMounts(t *testing.T) {
	const table = `22 1 254:0 / / rw - ext4 /dev/loop9 rw
30 22 0:5 / /proc rw - proc proc rw
31 22 0:40 / /var/lib/other/merged rw - overlay overlay rw
32 22 7:0 / /tmp/rig/volumes rw - ext4 /dev/loop0 rw
33 22 7:1 / /tmp/rig2/volumes rw - ext4 /dev/loop1 rw
34 22 0:4 net:[1] /run/netns/x rw - nsfs nsfs rw
35 22 0:50 / /mnt/f rw - fuse.sshfs me rw
`
	want := []string{"/var/lib/other/merged", "/tmp/rig2/volumes", "/run/netns/x", "/mnt/f"}
	if got := foreignMounts(table, "/tmp/rig"); !reflect.DeepEqual(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

func TestPodOf(t *testing.T) {
	got := podOf("IgnoreUnknown=1;K8S_POD_NAMESPACE=ns;K8S_POD_NAME=web-0;K8S_POD_INFRA_CONTAINER_ID=abc;K8S_POD_UID=1-2", "abc")
	if want := (Pod{"1-2", "ns", "web-0", "abc", ""}); got != want {
		t.Errorf("%+v", got)
	}
}

func TestAddresses(t *testing.T) {
	const links = `"interfaces":[{"name":"veth1"},{"name":"eth0","sandbox":"/run/netns/x"}]`
	ips, link, err := addresses([]byte(`{` + links + `,"ips":[{"address":"10.244.1.5/24"},{"address":"10.244.1.6/32"}]}`))
	if err != nil || !reflect.DeepEqual(ips, []string{"10.244.1.5", "10.244.1.6"}) || link != "veth1" {
		t.Errorf("%v, %q, %v", ips, link, err)
	}
	for _, bad := range []string{"", "[]", `{` + links + `,"ips":[{"address":"10.244.1.5"}]}`,
		`{"interfaces":[{"name":"eth0","sandbox":"/run/netns/x"}],"ips":[{"address":"10.244.1.5/24"}]}`} {
		if ips, link, err := addresses([]byte(bad)); err == nil {
			t.Errorf("%q: %v, %q", bad, ips, link)
		}
	}
}

func TestANewSandboxIsANewUseOfTheAddress(t *testing.T) {
	first := Pod{UID: "1", Link: "veth1"}
	if first.Key() == (Pod{UID: "1", Link: "veth2"}).Key() || first.Key() == (Pod{UID: "2", Link: "veth1"}).Key() {
		t.Error("two uses of an address have one key, so the second would pass for judged")
	}
}

func TestForgetLeasesKeepsTheLastAddress(t *testing.T) {
	dir := t.TempDir()
	for _, f := range []string{"10.244.1.2", "10.244.1.3", "lock", "last_reserved_ip.0"} {
		if err := os.WriteFile(filepath.Join(dir, f), nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := forgetLeases(dir); err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 || entries[0].Name() != "last_reserved_ip.0" {
		t.Errorf("%v, %v", entries, err)
	}
	if err := forgetLeases(filepath.Join(dir, "absent")); err != nil {
		t.Error(err)
	}
}

func TestFilesAreReadable(t *testing.T) {
	r := &rig.Rig{Dir: t.TempDir(), Nodes: 2, ProxyMode: "nftables"}
	if err := WriteFiles(r, 2); err != nil {
		t.Fatal(err)
	}
	parsed := map[string]map[string]any{}
	for _, f := range []string{"kubelet.yaml", "proxy.yaml", "cni/10-kuberig.conflist"} {
		b, err := os.ReadFile(filepath.Join(r.NodeHome(2), f))
		if err != nil {
			t.Fatal(err)
		}
		m := map[string]any{}
		if err := yaml.UnmarshalStrict(b, &m); err != nil {
			t.Fatalf("%s: %v", f, err)
		}
		parsed[f] = m
	}
	if got, want := parsed["kubelet.yaml"]["cgroupRoot"], "/"+r.CGroup()+"/n2"; got != want {
		t.Errorf("cgroupRoot %v, want %s", got, want)
	}
	if got := parsed["proxy.yaml"]["mode"]; got != "nftables" {
		t.Errorf("mode %v", got)
	}
	plugins := parsed["cni/10-kuberig.conflist"]["plugins"].([]any)
	if last := plugins[len(plugins)-1].(map[string]any)["type"]; last != PolicyPlugin {
		t.Errorf("the last plugin is %v, and whoever comes after it would run before the pod is judged", last)
	}
	if got := plugins[len(plugins)-1].(map[string]any)["off"]; got != r.NetpolOff() {
		t.Errorf("the plugin looks at %v while policies are off, want %s", got, r.NetpolOff())
	}
	b, err := os.ReadFile(filepath.Join(r.NodeHome(2), "cni", "10-kuberig.conflist"))
	if err != nil || !strings.Contains(string(b), `"subnet": "10.244.2.0/24"`) {
		t.Errorf("%s, %v", b, err)
	}
}
