package rig

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// hidden are the places of which every node has a copy of its own, and where its programs could not see the rig.
var hidden = []string{"/var/lib", "/var/log", "/run", "/var/run", "/proc", "/sys", "/dev"}

// longestDir keeps the path of the control socket below the kernel's limit of 108 bytes.
const longestDir = 80

// Directory decides where the rig lives: the flag, else $KUBERIG_DIR, else .rig in the repository around the
// working directory.
func Directory(flag string) (string, error) {
	dir := flag
	if dir == "" {
		dir = os.Getenv("KUBERIG_DIR")
	}
	if dir == "" {
		wd, err := os.Getwd()
		if err != nil {
			return "", err
		}
		root, ok := repository(wd)
		if !ok {
			return "", errors.New("this is not inside a git repository: name the rig's directory with --dir or KUBERIG_DIR")
		}
		dir = filepath.Join(root, ".rig")
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	return dir, CheckDirectory(dir)
}

func repository(dir string) (string, bool) {
	for {
		if _, err := os.Stat(filepath.Join(dir, ".git")); err == nil {
			return dir, true
		}
		if dir == filepath.Dir(dir) {
			return "", false
		}
		dir = filepath.Dir(dir)
	}
}

// CheckDirectory refuses places where a rig cannot work.
func CheckDirectory(dir string) error {
	real := dir
	if parent, err := filepath.EvalSymlinks(filepath.Dir(dir)); err == nil {
		real = filepath.Join(parent, filepath.Base(dir))
	}
	for _, h := range hidden {
		for _, d := range []string{dir, real} {
			if d == h || strings.HasPrefix(d, h+"/") {
				return fmt.Errorf("the rig cannot live in %s: every node has its own %s and would not see it; choose another --dir", dir, h)
			}
		}
	}
	if dir == "/" {
		return errors.New("the rig cannot live in /: choose another --dir")
	}
	if len(dir) > longestDir {
		return fmt.Errorf("%s is longer than %d bytes, too long for a socket below it: choose another --dir", dir, longestDir)
	}
	if strings.ContainsAny(dir, " \t\n\"'\\:,$%#") {
		return fmt.Errorf("%q holds a character that mount tables or YAML read in their own way: choose another --dir", dir)
	}
	return nil
}

// CheckUp refuses arguments of "up" that make no sense.
func CheckUp(nodes, port int, proxyMode string, encryptedMB int64) error {
	switch {
	case nodes < 1 || nodes > MaxNodes:
		return fmt.Errorf("--nodes %d: a rig has 1 to %d nodes", nodes, MaxNodes)
	case port < 0 || port > 65535:
		return fmt.Errorf("--port %d: a port is 1 to 65535, or 0 for a free one", port)
	case proxyMode != "nftables" && proxyMode != "iptables":
		return fmt.Errorf("--proxy-mode %q: nftables or iptables", proxyMode)
	case encryptedMB != 0 && encryptedMB < 16:
		return fmt.Errorf("--encrypted-mb %d: at least 16, or 0 for no encrypted volumes", encryptedMB)
	}
	return nil
}
