// Package volumes is the rig's storage: a CSI driver that keeps every volume in a file, with a file system of the size that
// was asked for on it, so that a full disk is a real one, and growth is growth.
//
// The controller half makes, grows and deletes the files. The node half, one for each node, mounts them.
package volumes

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	v1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/sig-storage-lib-external-provisioner/v13/controller"

	"cachecluster.dev/kuberig/internal/storage"
)

const (
	scopeNode   = "node"
	scopeShared = "shared"
	// fileSystem grows while it is mounted by whoever may mount it. ext4 asks for CAP_SYS_RESOURCE besides, which a
	// container with all other rights may lack.
	fileSystem = "xfs"
	// smallest is the least that mkfs.xfs takes.
	smallest = 300 << 20
)

// provisioner makes the file of each claim.
//
// A class with parameter "scope: shared" makes a volume that can follow its pod to another node, as a network disk
// would; any other class makes a volume that stays on the node that the scheduler selected. Parameter "area" names
// the sub-directory of the volume root in which the file lies. The class's parameters stand on the volume as its
// attributes, as most drivers do it; those that mean nothing to this driver, too.
type provisioner struct{ root string }

func (p *provisioner) Provision(_ context.Context, o controller.ProvisionOptions) (*v1.PersistentVolume, controller.ProvisioningState, error) {
	fail := func(err error) (*v1.PersistentVolume, controller.ProvisioningState, error) {
		return nil, controller.ProvisioningFinished, err
	}
	class := o.StorageClass
	scope := class.Parameters["scope"]
	if scope == "" {
		scope = scopeNode
	}
	if scope != scopeNode && scope != scopeShared {
		return fail(fmt.Errorf("class %s: parameter scope is %q: want node or shared", class.Name, scope))
	}
	if scope == scopeNode && o.SelectedNodeName == "" {
		return fail(fmt.Errorf("class %s needs volumeBindingMode WaitForFirstConsumer", class.Name))
	}
	area := class.Parameters["area"]
	if area == "" {
		area = storage.Plain
	}
	place, err := storage.ParseHandle(storage.Place{Area: area, Volume: o.PVName}.Handle())
	if err != nil {
		return fail(err)
	}
	file := place.File(p.root)
	if st, err := os.Stat(filepath.Dir(file)); err != nil || !st.IsDir() {
		return fail(fmt.Errorf("class %s: area %q of the volume root is missing", class.Name, area))
	}
	if mode := o.PVC.Spec.VolumeMode; mode != nil && *mode != v1.PersistentVolumeFilesystem {
		return fail(fmt.Errorf("claim %s/%s wants a volume of mode %s: this driver makes file systems only", o.PVC.Namespace, o.PVC.Name, *mode))
	}
	for _, mode := range o.PVC.Spec.AccessModes {
		if mode == v1.ReadWriteMany || mode == v1.ReadOnlyMany {
			return fail(fmt.Errorf("claim %s/%s wants access mode %s: a volume of this driver is mounted on one node at a time", o.PVC.Namespace, o.PVC.Name, mode))
		}
	}
	size := o.PVC.Spec.Resources.Requests[v1.ResourceStorage]
	if err := extend(file, max(size.Value(), smallest)); err != nil {
		return fail(err)
	}
	pv := &v1.PersistentVolume{
		ObjectMeta: metav1.ObjectMeta{Name: o.PVName},
		Spec: v1.PersistentVolumeSpec{
			PersistentVolumeReclaimPolicy: *class.ReclaimPolicy,
			AccessModes:                   o.PVC.Spec.AccessModes,
			MountOptions:                  class.MountOptions,
			Capacity:                      v1.ResourceList{v1.ResourceStorage: size},
			PersistentVolumeSource: v1.PersistentVolumeSource{CSI: &v1.CSIPersistentVolumeSource{
				Driver: storage.Driver, VolumeHandle: place.Handle(), FSType: fileSystem, VolumeAttributes: class.Parameters,
			}},
		},
	}
	if scope == scopeNode {
		pv.Spec.NodeAffinity = &v1.VolumeNodeAffinity{Required: &v1.NodeSelector{NodeSelectorTerms: []v1.NodeSelectorTerm{{
			MatchExpressions: []v1.NodeSelectorRequirement{{Key: v1.LabelHostname, Operator: v1.NodeSelectorOpIn, Values: []string{o.SelectedNodeName}}},
		}}}}
	}
	return pv, controller.ProvisioningFinished, nil
}

func (p *provisioner) Delete(_ context.Context, pv *v1.PersistentVolume) error {
	if pv.Spec.CSI == nil {
		return fmt.Errorf("volume %s is not of this driver", pv.Name)
	}
	place, err := storage.ParseHandle(pv.Spec.CSI.VolumeHandle)
	if err != nil {
		return err
	}
	if err := os.Remove(place.File(p.root)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// extend makes the file at least so long. What was not written takes no room on the machine.
func extend(file string, size int64) error {
	f, err := os.OpenFile(file, os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	st, err := f.Stat()
	if err == nil && st.Size() < size {
		err = f.Truncate(size)
	}
	return errors.Join(err, f.Close())
}
