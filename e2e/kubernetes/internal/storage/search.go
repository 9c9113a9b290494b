package storage

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"

	"cachecluster.dev/kuberig/internal/rig"
)

// Search says how often a text lies in plain on the disk that all volumes of a rig lie on, once all that was written is
// there. What a file system has given up may still lie on it, and counts.
func Search(r *rig.Rig, text string) (int, error) {
	unix.Sync()
	files := []string{r.Path("encrypted.img")}
	if _, err := os.Stat(files[0]); errors.Is(err, os.ErrNotExist) {
		files, _ = filepath.Glob(r.Path("volumes", Plain, "*.img"))
	}
	found := 0
	for _, file := range files {
		n, err := count(file, text)
		if err != nil {
			return 0, err
		}
		found += n
	}
	return found, nil
}

// count says how often a text stands in a file. Holes, which a disk of a rig mostly is, are not read.
func count(file, text string) (int, error) {
	f, err := os.Open(file)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	found, at := 0, int64(0)
	for {
		begin, err := f.Seek(at, unix.SEEK_DATA)
		if errors.Is(err, unix.ENXIO) {
			return found, nil // nothing but a hole follows
		}
		if err != nil {
			return 0, err
		}
		end, err := f.Seek(begin, unix.SEEK_HOLE)
		if err != nil {
			return 0, err
		}
		n, err := countIn(io.NewSectionReader(f, begin, end-begin), text)
		if err != nil {
			return 0, err
		}
		found, at = found+n, end
	}
}

func countIn(r io.Reader, text string) (int, error) {
	found, rest, piece := 0, []byte{}, make([]byte, 4<<20)
	for {
		got, err := r.Read(piece)
		all := append(rest, piece[:got]...)
		found += bytes.Count(all, []byte(text))
		rest = append([]byte{}, all[max(0, len(all)-len(text)+1):]...)
		if err == io.EOF {
			return found, nil
		}
		if err != nil {
			return 0, err
		}
	}
}
