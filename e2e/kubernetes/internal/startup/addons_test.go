package startup

import (
	"strings"
	"testing"
)

func TestAddonsAreComplete(t *testing.T) {
	all, err := addons("/tmp/rig/bin/kuberig")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, o := range all {
		seen[o.GetKind()+" "+o.GetName()] = true
		if namespaced[o.GetKind()] != (o.GetNamespace() != "") {
			t.Errorf("%s %s has the namespace %q", o.GetKind(), o.GetName(), o.GetNamespace())
		}
		b, err := o.MarshalJSON()
		if err != nil {
			t.Fatal(err)
		}
		for _, word := range []string{"$KUBERIG", "$PAUSE", "$DNS", "$PROVISIONER"} {
			if strings.Contains(string(b), word) {
				t.Errorf("%s %s still holds %s", o.GetKind(), o.GetName(), word)
			}
		}
	}
	for _, want := range []string{"Namespace kube-system", "Deployment coredns", "Service kube-dns", "StorageClass local", "StorageClass shared", "StorageClass fixed", "CSIDriver volumes.kuberig.cachecluster.dev", "StorageClass encrypted"} {
		if !seen[want] {
			t.Errorf("no %s", want)
		}
	}
	if all[0].GetLabels()["cachecluster.dev/rig"] != "true" {
		t.Error("kube-system does not say that this is a rig")
	}
}
