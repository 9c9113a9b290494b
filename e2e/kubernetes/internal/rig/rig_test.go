package rig

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestParseNode(t *testing.T) {
	r := &Rig{Nodes: 3}
	for text, want := range map[string]int{"1": 1, "n3": 3, "0": 0, "4": 0, "n4": 0, "-1": 0, "": 0, "node1": 0, "n": 0, "nn1": 0} {
		got, err := r.ParseNode(text)
		if got != want || (err == nil) != (want > 0) {
			t.Errorf("ParseNode(%q) = %d, %v; want %d", text, got, err, want)
		}
	}
	if _, err := r.ParseNode("7"); !strings.Contains(err.Error(), "n1 to n3") {
		t.Errorf("%v does not name the nodes", err)
	}
}

func TestCheckDirectory(t *testing.T) {
	for dir, word := range map[string]string{
		"/tmp/rig":                         "",
		"/var/library/rig":                 "",
		"/var/lib/rig":                     "/var/lib",
		"/var/log/rig":                     "/var/log",
		"/run/rig":                         "/run",
		"/run":                             "/run",
		"/proc/rig":                        "/proc",
		"/":                                "/",
		"/tmp/a b":                         "character",
		"/tmp/a:b":                         "character",
		"/tmp/" + strings.Repeat("x", 100): "too long",
	} {
		err := CheckDirectory(dir)
		if word == "" && err != nil {
			t.Errorf("%s: %v", dir, err)
		}
		if word != "" && (err == nil || !strings.Contains(err.Error(), word)) {
			t.Errorf("%s: %v does not name %q", dir, err, word)
		}
	}
}

func TestDirectoryBehindALink(t *testing.T) {
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink("/var/lib", link); err != nil {
		t.Fatal(err)
	}
	if err := CheckDirectory(filepath.Join(link, "rig")); err == nil {
		t.Error("a link to /var/lib leads into /var/lib")
	}
}

func TestDirectoryByDefault(t *testing.T) {
	root := t.TempDir()
	deep := filepath.Join(root, "a", "b")
	if err := os.MkdirAll(deep, 0o755); err != nil {
		t.Fatal(err)
	}
	t.Chdir(deep)
	t.Setenv("KUBERIG_DIR", "")
	if dir, err := Directory(""); err == nil {
		t.Errorf("%s without a repository around it", dir)
	}
	if err := os.Mkdir(filepath.Join(root, ".git"), 0o755); err != nil {
		t.Fatal(err)
	}
	check := func(flag, want string) {
		t.Helper()
		if dir, err := Directory(flag); err != nil || dir != want {
			t.Errorf("%s, %v; want %s", dir, err, want)
		}
	}
	check("", filepath.Join(root, ".rig"))
	t.Setenv("KUBERIG_DIR", "/tmp/env")
	check("", "/tmp/env")
	check("/tmp/flag", "/tmp/flag")
	check("here", filepath.Join(deep, "here"))
}

func TestCheckUp(t *testing.T) {
	cases := []struct {
		nodes, port int
		mode        string
		encrypted   int64
		word        string
	}{
		{1, 0, "nftables", 0, ""}, {3, 65535, "iptables", 64, ""},
		{0, 0, "nftables", 0, "--nodes"}, {4, 0, "nftables", 0, "--nodes"},
		{1, -1, "nftables", 0, "--port"}, {1, 65536, "nftables", 0, "--port"},
		{1, 0, "ipvs", 0, "--proxy-mode"}, {1, 0, "nftables", 1, "--encrypted-mb"},
	}
	for _, c := range cases {
		err := CheckUp(c.nodes, c.port, c.mode, c.encrypted)
		if (err == nil) != (c.word == "") || err != nil && !strings.Contains(err.Error(), c.word) {
			t.Errorf("%+v: %v", c, err)
		}
	}
}

func TestNamesOfTwoRigsDiffer(t *testing.T) {
	a, b := &Rig{Dir: "/tmp/a"}, &Rig{Dir: "/tmp/b"}
	if a.CGroup() == b.CGroup() || a.ID() != ID("/tmp/a") || len(a.ID()) != 8 {
		t.Errorf("%s %s", a.CGroup(), b.CGroup())
	}
}

func TestSaveAndOpen(t *testing.T) {
	dir := t.TempDir()
	if _, err := Open(dir); !errors.Is(err, ErrAbsent) {
		t.Errorf("%v", err)
	}
	r := &Rig{Dir: dir, Port: 7, Nodes: 2, ProxyMode: "iptables"}
	if err := r.Save(); err != nil {
		t.Fatal(err)
	}
	if got, err := Open(dir); err != nil || *got != *r {
		t.Errorf("%+v, %v", got, err)
	}
	moved := filepath.Join(t.TempDir(), "moved")
	if err := os.Rename(dir, moved); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(moved); err == nil || !strings.Contains(err.Error(), "cannot be moved") {
		t.Errorf("a moved rig: %v", err)
	}
	if err := os.WriteFile(filepath.Join(moved, "rig.json"), []byte("{"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(moved); err == nil || errors.Is(err, ErrAbsent) {
		t.Errorf("a broken file: %v", err)
	}
}
