// Package storage says where volumes lie on the machine.
package storage

import (
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
)

// Driver is the name of the CSI driver, which the storage classes name as their provisioner.
const Driver = "volumes.kuberig.cachecluster.dev"

// Areas of the volume root. The encrypted one exists only if the rig was started with a size for it.
const (
	Plain     = "plain"
	Encrypted = "encrypted"
)

// Place is where the bytes of a volume lie: in one file of an area, which holds a file system of the size that was asked
// for.
type Place struct{ Area, Volume string }

var (
	area   = regexp.MustCompile(`^[a-z0-9]{1,32}$`)
	volume = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{0,251}$`)
)

// ParseHandle reads what Handle wrote. A handle comes back from the API, where anybody may have made a PersistentVolume:
// it never leads out of the volume root.
func ParseHandle(handle string) (Place, error) {
	a, v, ok := strings.Cut(handle, "/")
	if !ok || !area.MatchString(a) || !volume.MatchString(v) || strings.Contains(v, "..") {
		return Place{}, fmt.Errorf("%q is no volume of this driver: want AREA/VOLUME", handle)
	}
	return Place{a, v}, nil
}

// Handle is what the API knows the volume by.
func (p Place) Handle() string { return p.Area + "/" + p.Volume }

// File is the volume's backing store on the machine.
func (p Place) File(root string) string { return filepath.Join(root, p.Area, p.Volume+".img") }
