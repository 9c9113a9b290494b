package storage

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestTextIsCountedAcrossPiecesAndHoles(t *testing.T) {
	file := filepath.Join(t.TempDir(), "disk.img")
	f, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	// One at the seam of two pieces, one after a hole, and one at the very end.
	for _, at := range []int64{4<<20 - 3, 64 << 20, 96<<20 - 6} {
		if _, err := f.WriteAt([]byte("needle"), at); err != nil {
			t.Fatal(err)
		}
	}
	f.Close()
	if n, err := count(file, "needle"); err != nil || n != 3 {
		t.Fatal("want 3 needles, got", n, err)
	}
	if n, err := count(file, strings.Repeat("z", 8)); err != nil || n != 0 {
		t.Fatal("want none, got", n, err)
	}
}
