// Package programs holds the small static programs that kuberig carries in its own binary.
package programs

import (
	"embed"
	"fmt"
	"os"
	"path/filepath"
)

// The README is always there, so that the package compiles (and its users can be tested) before build.sh has run.
//
//go:embed README *
var files embed.FS

// Names of the programs.
const (
	Pause = "pause" // process 1 of every pod's sandbox
	Probe = "probe" // server and client of the test image
	Rigd  = "rigd"  // supervisor, node and control-plane processes
	// Volumes is the storage driver, both halves.
	Volumes = "volumes"
)

// Read gives one program's bytes.
func Read(name string) ([]byte, error) {
	b, err := files.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("this binary lacks the program %q: build it with e2e/kubernetes/build.sh", name)
	}
	return b, nil
}

// Install writes one program, executable, into a directory.
func Install(name, dir string) error {
	b, err := Read(name)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, name), b, 0o755)
}
