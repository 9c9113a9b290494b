package volumes

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	v1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/sig-storage-lib-external-provisioner/v13/controller"

	"cachecluster.dev/kuberig/internal/storage"
)

func options(parameters map[string]string, node string, size string, modes ...v1.PersistentVolumeAccessMode) controller.ProvisionOptions {
	policy := v1.PersistentVolumeReclaimDelete
	return controller.ProvisionOptions{
		StorageClass: &storagev1.StorageClass{ObjectMeta: metav1.ObjectMeta{Name: "c"}, Parameters: parameters, ReclaimPolicy: &policy},
		PVName:       "pvc-1",
		PVC: &v1.PersistentVolumeClaim{
			ObjectMeta: metav1.ObjectMeta{Namespace: "a", Name: "b"},
			Spec: v1.PersistentVolumeClaimSpec{
				AccessModes: modes, Resources: v1.VolumeResourceRequirements{Requests: v1.ResourceList{v1.ResourceStorage: resource.MustParse(size)}},
			},
		},
		SelectedNodeName: node,
	}
}

func rootWith(t *testing.T, areas ...string) string {
	root := t.TempDir()
	for _, a := range areas {
		if err := os.Mkdir(filepath.Join(root, a), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

func TestAVolumeIsMadeGrownAndDeleted(t *testing.T) {
	root := rootWith(t, "plain")
	p := &provisioner{root}
	pv, _, err := p.Provision(context.Background(), options(map[string]string{"note": "x"}, "n2", "320Mi", v1.ReadWriteOnce))
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(root, "plain", "pvc-1.img")
	length := func() int64 {
		st, err := os.Stat(file)
		if err != nil {
			t.Fatal(err)
		}
		return st.Size()
	}
	if length() != 320<<20 {
		t.Errorf("%d bytes", length())
	}
	source := pv.Spec.CSI
	if source.Driver != storage.Driver || source.VolumeHandle != "plain/pvc-1" || source.VolumeAttributes["note"] != "x" {
		t.Errorf("%+v", source)
	}
	if values := pv.Spec.NodeAffinity.Required.NodeSelectorTerms[0].MatchExpressions[0].Values; len(values) != 1 || values[0] != "n2" {
		t.Errorf("on %v", values)
	}
	g := &grower{root}
	if _, onNode, err := g.Resize(pv, resource.MustParse("512Mi")); err != nil || !onNode || length() != 512<<20 {
		t.Errorf("%v, on the node: %v, %d bytes", err, onNode, length())
	}
	if _, _, err := g.Resize(pv, resource.MustParse("304Mi")); err != nil || length() != 512<<20 {
		t.Errorf("shrunk: %v, %d bytes", err, length())
	}
	for range 2 { // the second time it is gone already
		if err := p.Delete(context.Background(), pv); err != nil {
			t.Error(err)
		}
	}
	if _, err := os.Stat(file); !os.IsNotExist(err) {
		t.Error("the file is left")
	}
	if _, _, err := g.Resize(pv, resource.MustParse("256Mi")); err == nil {
		t.Error("a volume that is gone was grown")
	}
}

func TestASharedVolumeFollowsItsPod(t *testing.T) {
	pv, _, err := (&provisioner{rootWith(t, "plain")}).Provision(context.Background(), options(map[string]string{"scope": "shared"}, "", "320Mi"))
	if err != nil || pv.Spec.NodeAffinity != nil {
		t.Errorf("%v, %+v", err, pv)
	}
}

func TestWhatCannotBeMadeIsSaid(t *testing.T) {
	block := v1.PersistentVolumeBlock
	blocks := options(nil, "n1", "320Mi")
	blocks.PVC.Spec.VolumeMode = &block
	for want, o := range map[string]controller.ProvisionOptions{
		`area "encrypted" of the volume root is missing`: options(map[string]string{"area": "encrypted"}, "n1", "320Mi"),
		"is no volume of this driver":                    options(map[string]string{"area": "../etc"}, "n1", "320Mi"),
		"want node or shared":                            options(map[string]string{"scope": "all"}, "n1", "320Mi"),
		"WaitForFirstConsumer":                           options(nil, "", "320Mi"),
		"access mode ReadWriteMany":                      options(nil, "n1", "320Mi", v1.ReadWriteMany),
		"file systems only":                              blocks,
	} {
		_, _, err := (&provisioner{rootWith(t, "plain")}).Provision(context.Background(), o)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want %q, got %v", want, err)
		}
	}
}
