package containers

import (
	"os"
	"path/filepath"
	"reflect"
	"testing"
)

func TestParseTasks(t *testing.T) {
	const text = "TASK    PID     STATUS    \nabc     397     RUNNING\ndef     401     STOPPED\nghi     0       RUNNING\n"
	if got := parseTasks(text); !reflect.DeepEqual(got, map[string]int{"abc": 397}) {
		t.Errorf("%v", got)
	}
}

func TestNameIn(t *testing.T) {
	if n, err := nameIn(`{"Labels":{"io.kubernetes.container.name":"app","x":"y"}}`); err != nil || n != "app" {
		t.Errorf("%q, %v", n, err)
	}
	for _, bad := range []string{`{"Labels":{}}`, ``} {
		if n, err := nameIn(bad); err == nil {
			t.Errorf("%q: %q", bad, n)
		}
	}
}

func TestGroupIn(t *testing.T) {
	root := t.TempDir()
	if got, err := groupIn("4:memory:/a\n3:pids:/k/n1/c\n0::/\n", root); err != nil || got != filepath.Join(root, "pids", "k/n1/c") {
		t.Errorf("version 1: %q, %v", got, err)
	}
	if got, err := groupIn("0::/k/n1/c\n", root); err == nil {
		t.Errorf("no version 2 is mounted, but: %q", got)
	}
	if err := os.WriteFile(filepath.Join(root, "cgroup.controllers"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if got, err := groupIn("0::/k/n1/c\n", root); err != nil || got != filepath.Join(root, "k/n1/c") {
		t.Errorf("version 2: %q, %v", got, err)
	}
}
