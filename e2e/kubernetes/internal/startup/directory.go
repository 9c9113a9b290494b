package startup

import (
	"fmt"
	"io"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// lock keeps two commands from starting or stopping one rig at the same time: the second waits for the first. It makes
// the directory if need be.
func lock(dir string, out io.Writer) (unlock func(), err error) {
	for {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return nil, err
		}
		d, err := os.Open(dir)
		if err != nil {
			return nil, err
		}
		if syscall.Flock(int(d.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) != nil {
			fmt.Fprintf(out, "waiting for another kuberig that works on %s\n", dir)
			if err := syscall.Flock(int(d.Fd()), syscall.LOCK_EX); err != nil {
				d.Close()
				return nil, err
			}
		}
		// The other one may have deleted the directory: then this is a lock on nothing.
		held, err := d.Stat()
		if err != nil {
			d.Close()
			return nil, err
		}
		if now, err := os.Stat(dir); err == nil && os.SameFile(held, now) {
			return func() { d.Close() }, nil
		}
		d.Close()
	}
}

// checkFileSystem refuses an overlay, such as a Docker container's own root: the nodes' containers are overlays, too, and
// the kernel does not stack them like that.
func checkFileSystem(dir string) error {
	var fs unix.Statfs_t
	if err := unix.Statfs(dir, &fs); err != nil {
		return err
	}
	if fs.Type == unix.OVERLAYFS_SUPER_MAGIC {
		return fmt.Errorf("%s is on an overlay file system, on which no container can run: choose a --dir on a disk or a volume", dir)
	}
	return nil
}
