package volumes

import (
	"fmt"
	"os"
	"strings"

	"golang.org/x/sys/unix"
	"k8s.io/mount-utils"
	"k8s.io/utils/exec"

	"cachecluster.dev/kuberig/internal/process"
)

// disks mounts the files of volumes by loop devices.
type disks struct {
	mounter *mount.SafeFormatAndMount
	resizer *mount.ResizeFs
}

func newDisks() *disks {
	run := exec.New()
	return &disks{mount.NewSafeFormatAndMount(mount.NewWithoutSystemd(""), run), mount.NewResizeFs(run)}
}

// inUse says whether a loop device holds the file. The kernel knows them for all nodes of the machine, and for those whose
// network cable was pulled.
func inUse(file string) (bool, error) {
	out, err := process.Output("", "losetup", "--associated", file)
	return strings.TrimSpace(out) != "", err
}

// attach mounts a file, with a file system on it if it has none yet. The loop device goes with the last mount: a power cut
// leaves none behind.
func (d *disks) attach(file, target string, options []string) error {
	out, err := process.Output("", "losetup", "--find", "--show", file)
	if err != nil {
		return err
	}
	device := strings.TrimSpace(out)
	mounted := d.mounter.FormatAndMount(device, target, fileSystem, options)
	// Of a device in use this only takes note that it is to go when it is free.
	if err := process.Run("losetup", "--detach", device); err != nil && mounted == nil {
		return err
	}
	return mounted
}

// grow makes the mounted file system as large as its file has become.
func (d *disks) grow(target string) error {
	device, _, err := mount.GetDeviceNameFromMount(d.mounter.Interface, target)
	if err != nil {
		return err
	}
	if !strings.HasPrefix(device, "/dev/loop") {
		return fmt.Errorf("%s is not mounted from a volume of this driver", target)
	}
	if err := process.Run("losetup", "--set-capacity", device); err != nil {
		return err
	}
	_, err = d.resizer.Resize(device, target)
	return err
}

func (d *disks) mounted(target string) (bool, error) {
	is, err := d.mounter.IsMountPoint(target)
	if os.IsNotExist(err) {
		return false, nil
	}
	return is, err
}

// room is how a file system is filled.
type room struct{ bytes, free, used, inodes, freeInodes int64 }

func roomOf(path string) (room, error) {
	var st unix.Statfs_t
	if err := unix.Statfs(path, &st); err != nil {
		return room{}, err
	}
	unit := st.Bsize
	return room{
		bytes: int64(st.Blocks) * unit, free: int64(st.Bavail) * unit, used: int64(st.Blocks-st.Bfree) * unit,
		inodes: int64(st.Files), freeInodes: int64(st.Ffree),
	}, nil
}
