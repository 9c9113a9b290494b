package storage

import (
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"
	"unsafe"

	"golang.org/x/sys/unix"

	"cachecluster.dev/kuberig/internal/process"
	"cachecluster.dev/kuberig/internal/rig"
)

// MakeEncryptedArea makes DIR/volumes/encrypted: a directory with an fscrypt (version 2) policy on an ext4 file system
// in a file. The key lives in the kernel's key ring of that file system only; unmounting forgets it.
func MakeEncryptedArea(r *rig.Rig) error {
	img, mnt := r.Path("encrypted.img"), r.Path("volumes")
	f, err := os.Create(img)
	if err != nil {
		return err
	}
	if err := f.Truncate(r.EncryptedMB << 20); err != nil {
		return err
	}
	f.Close()
	if err := process.Run("mkfs.ext4", "-q", "-F", "-O", "encrypt", "-m", "0", img); err != nil {
		return err
	}
	// The whole volume root lies on that file system; only one of its directories is encrypted.
	if err := process.Run("mount", "-o", "loop", img, mnt); err != nil {
		return err
	}
	for _, d := range []string{Plain, Encrypted} {
		if err := os.MkdirAll(filepath.Join(mnt, d), 0o755); err != nil {
			return err
		}
	}
	key := make([]byte, 64)
	if _, err := rand.Read(key); err != nil {
		return err
	}
	return fscryptPolicy(filepath.Join(mnt, Encrypted), key)
}

// fscryptPolicy adds the key to the file system and gives the empty directory a policy that uses it.
func fscryptPolicy(dir string, key []byte) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	buf := make([]byte, int(unsafe.Sizeof(unix.FscryptAddKeyArg{}))+len(key))
	arg := (*unix.FscryptAddKeyArg)(unsafe.Pointer(&buf[0]))
	arg.Key_spec.Type = unix.FSCRYPT_KEY_SPEC_TYPE_IDENTIFIER
	arg.Raw_size = uint32(len(key))
	copy(buf[unsafe.Sizeof(unix.FscryptAddKeyArg{}):], key)
	if _, _, e := unix.Syscall(unix.SYS_IOCTL, d.Fd(), unix.FS_IOC_ADD_ENCRYPTION_KEY, uintptr(unsafe.Pointer(arg))); e != 0 {
		return fmt.Errorf("add encryption key: %w", e)
	}
	p := unix.FscryptPolicyV2{
		Version:                   unix.FSCRYPT_POLICY_V2,
		Contents_encryption_mode:  unix.FSCRYPT_MODE_AES_256_XTS,
		Filenames_encryption_mode: unix.FSCRYPT_MODE_AES_256_CTS,
		Flags:                     unix.FSCRYPT_POLICY_FLAGS_PAD_32,
	}
	copy(p.Master_key_identifier[:], arg.Key_spec.U[:16])
	if _, _, e := unix.Syscall(unix.SYS_IOCTL, d.Fd(), unix.FS_IOC_SET_ENCRYPTION_POLICY, uintptr(unsafe.Pointer(&p))); e != 0 {
		return fmt.Errorf("set encryption policy: %w", e)
	}
	return nil
}
