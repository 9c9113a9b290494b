package images

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sort"
	"strings"
)

// Store copies an archive into the rig's image directory, where nodes find it that start later. A later archive of the
// same names replaces it. It says what the archive holds and whether it is new.
func Store(file, dir string) (held []Image, isNew bool, err error) {
	held, err = ReadArchive(file)
	if err != nil {
		return nil, false, err
	}
	target := filepath.Join(dir, storeName(held))
	if old, err := ReadArchive(target); err == nil && same(old, held) {
		return held, false, nil
	}
	return held, true, copyFile(file, target)
}

func storeName(held []Image) string {
	var names []string
	for _, i := range held {
		names = append(names, i.Name)
	}
	sort.Strings(names)
	return hexSum([]byte(strings.Join(names, " ")))[:16] + ".tar"
}

func same(a, b []Image) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// copyFile writes beside the target and renames, so that a node that starts meanwhile never reads half an archive.
func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.CreateTemp(filepath.Dir(to), "copying-")
	if err != nil {
		return err
	}
	defer os.Remove(out.Name())
	if _, err := io.Copy(out, in); err != nil {
		out.Close()
		return fmt.Errorf("cannot copy %s: %w", from, err)
	}
	if err := out.Close(); err != nil {
		return err
	}
	return os.Rename(out.Name(), to)
}
