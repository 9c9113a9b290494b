package cgroup

import (
	"os"
	"path/filepath"
	"reflect"
	"testing"
)

func TestParseMountinfo(t *testing.T) {
	const table = `25 20 0:22 / /sys/fs/cgroup rw - tmpfs tmpfs rw
26 25 0:23 / /sys/fs/cgroup/cpuset rw - cgroup cgroup rw,cpuset
27 25 0:24 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw
28 25 0:23 / /sys/fs/cgroup/cpuset rw - cgroup cgroup rw,cpuset
`
	want := []hierarchy{{"/sys/fs/cgroup/cpuset", false}, {"/sys/fs/cgroup/unified", true}}
	if got := parseMountinfo(table); !reflect.DeepEqual(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

func TestProcessesNeverNamesInit(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "cgroup.procs"), []byte("0\n1\n42\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if got := Processes(dir); !reflect.DeepEqual(got, []int{42}) {
		t.Errorf("%v", got)
	}
}
