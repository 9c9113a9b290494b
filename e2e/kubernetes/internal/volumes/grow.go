package volumes

import (
	"fmt"
	"os"

	v1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"

	"cachecluster.dev/kuberig/internal/storage"
)

// grower makes a volume's file longer. The file system on it is grown by the node that has it mounted.
type grower struct{ root string }

func (g *grower) Name() string { return storage.Driver }

func (g *grower) DriverSupportsControlPlaneExpansion() bool { return true }

func (g *grower) CanSupport(pv *v1.PersistentVolume, _ *v1.PersistentVolumeClaim) bool {
	return pv.Spec.CSI != nil && pv.Spec.CSI.Driver == storage.Driver
}

func (g *grower) Resize(pv *v1.PersistentVolume, size resource.Quantity) (resource.Quantity, bool, error) {
	place, err := storage.ParseHandle(pv.Spec.CSI.VolumeHandle)
	if err != nil {
		return size, false, err
	}
	file := place.File(g.root)
	if _, err := os.Stat(file); err != nil {
		return size, false, fmt.Errorf("volume %s has no file: %w", pv.Name, err)
	}
	if err := extend(file, size.Value()); err != nil {
		return size, false, err
	}
	return size, true, nil
}
