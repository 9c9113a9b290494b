// Package storage provisions a directory for each claim.
package storage

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"

	v1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/klog/v2"
	"sigs.k8s.io/sig-storage-lib-external-provisioner/v13/controller"
)

// Provisioner is the name that the storage classes give.
const Provisioner = "kuberig.cachecluster.dev/directory"

// hostPath is the annotation that names a volume's directory on the machine.
const hostPath = "kuberig.cachecluster.dev/host-path"

// directories provisions one directory per claim.
//
// A class with parameter "scope: shared" makes a volume that can follow its pod to another node, as a network disk
// would; any other class makes a volume that stays on the node that the scheduler selected. Parameter "area" names
// the sub-directory of the volume root in which the directories are made, so that one area can be encrypted.
type directories struct{ root string }

func (d *directories) paths(pvName, node, area, scope string) (host, inNode string) {
	rel := filepath.Join(area, node, pvName)
	if scope == "shared" {
		rel = filepath.Join(area, "shared", pvName)
	}
	return filepath.Join(d.root, rel), filepath.Join("/var/lib/volumes", rel)
}

func (d *directories) Provision(_ context.Context, o controller.ProvisionOptions) (*v1.PersistentVolume, controller.ProvisioningState, error) {
	area, scope := o.StorageClass.Parameters["area"], o.StorageClass.Parameters["scope"]
	if area == "" {
		area = "plain"
	}
	if scope != "shared" && o.SelectedNodeName == "" {
		return nil, controller.ProvisioningFinished, fmt.Errorf("class %s needs volumeBindingMode WaitForFirstConsumer", o.StorageClass.Name)
	}
	if st, err := os.Stat(filepath.Join(d.root, area)); err != nil || !st.IsDir() {
		return nil, controller.ProvisioningFinished, fmt.Errorf("area %q of the volume root is missing", area)
	}
	host, inNode := d.paths(o.PVName, o.SelectedNodeName, area, scope)
	if err := os.MkdirAll(host, 0o777); err != nil {
		return nil, controller.ProvisioningFinished, err
	}
	if err := os.Chmod(host, 0o2777); err != nil {
		return nil, controller.ProvisioningFinished, err
	}
	kind := v1.HostPathDirectory
	pv := &v1.PersistentVolume{
		ObjectMeta: metav1.ObjectMeta{Name: o.PVName, Annotations: map[string]string{hostPath: host}},
		Spec: v1.PersistentVolumeSpec{
			PersistentVolumeReclaimPolicy: *o.StorageClass.ReclaimPolicy,
			AccessModes:                   o.PVC.Spec.AccessModes,
			MountOptions:                  o.StorageClass.MountOptions,
			Capacity:                      v1.ResourceList{v1.ResourceStorage: o.PVC.Spec.Resources.Requests[v1.ResourceStorage]},
		},
	}
	if scope == "shared" {
		pv.Spec.HostPath = &v1.HostPathVolumeSource{Path: inNode, Type: &kind}
	} else {
		// A "local" volume, unlike hostPath, gets the pod's fsGroup applied by the kubelet.
		pv.Spec.Local = &v1.LocalVolumeSource{Path: inNode}
		pv.Spec.NodeAffinity = &v1.VolumeNodeAffinity{Required: &v1.NodeSelector{NodeSelectorTerms: []v1.NodeSelectorTerm{{
			MatchExpressions: []v1.NodeSelectorRequirement{{Key: v1.LabelHostname, Operator: v1.NodeSelectorOpIn, Values: []string{o.SelectedNodeName}}},
		}}}}
	}
	return pv, controller.ProvisioningFinished, nil
}

func (d *directories) Delete(_ context.Context, pv *v1.PersistentVolume) error {
	host := pv.Annotations[hostPath]
	if rel, err := filepath.Rel(d.root, host); err != nil || len(rel) < 3 || rel[0] == '.' {
		return fmt.Errorf("volume %s is not below the volume root", pv.Name)
	}
	return os.RemoveAll(host)
}

// Main runs the provisioner.
func Main(args []string) error {
	fs := flag.NewFlagSet("storage", flag.ExitOnError)
	kubeconfig := fs.String("kubeconfig", "", "kubeconfig file")
	root := fs.String("root", "", "volume root on the machine")
	_ = fs.Parse(args) // exits on an error
	cfg, err := clientcmd.BuildConfigFromFlags("", *kubeconfig)
	if err != nil {
		return err
	}
	client, err := kubernetes.NewForConfig(cfg)
	if err != nil {
		return err
	}
	ctx := klog.NewContext(context.Background(), klog.Background())
	controller.NewProvisionController(ctx, client, Provisioner, &directories{root: *root}, controller.LeaderElection(false)).Run(ctx)
	return errors.New("the provisioner ended")
}
