// Package rig describes one rig: where it lives, what it is made of and how its parts are named.
package rig

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// MaxNodes is the largest rig that is tried and measured.
const MaxNodes = 3

// Rig is what "up" decided. Every process of the rig reads it from DIR/rig.json.
type Rig struct {
	Dir       string `json:"dir"`
	Port      int    `json:"port"`
	Nodes     int    `json:"nodes"`
	ProxyMode string `json:"proxyMode"`
	// CNIPlugins is the machine's directory of CNI plugins.
	CNIPlugins string `json:"cniPlugins"`
	// EncryptedMB is the size of the encrypted volume area; 0 means that there is none.
	EncryptedMB int64 `json:"encryptedMB"`
	// WithoutNetpol starts the rig with network policies not enforced. What holds later is said by NetpolOff.
	WithoutNetpol bool `json:"-"`
}

// ErrAbsent says that the directory holds no rig.
var ErrAbsent = errors.New("no rig")

// Open reads the rig that lives in a directory.
func Open(dir string) (*Rig, error) {
	b, err := os.ReadFile(filepath.Join(dir, "rig.json"))
	if errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("%w in %s: start one with `kuberig up`", ErrAbsent, dir)
	}
	if err != nil {
		return nil, err
	}
	r := &Rig{}
	if err := json.Unmarshal(b, r); err != nil {
		return nil, fmt.Errorf("%s is not readable (%w): run `kuberig down`", filepath.Join(dir, "rig.json"), err)
	}
	if r.Dir != dir {
		return nil, fmt.Errorf("the rig in %s was made in %s and cannot be moved", dir, r.Dir)
	}
	return r, nil
}

// Save writes what Open reads.
func (r *Rig) Save() error {
	b, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(r.Path("rig.json"), append(b, '\n'), 0o644)
}

// ID tells this rig's names from those of every other rig of the machine.
func (r *Rig) ID() string { return ID(r.Dir) }

// ID derives a rig's identity from its directory.
func ID(dir string) string {
	sum := sha256.Sum256([]byte(dir))
	return hex.EncodeToString(sum[:4])
}

// CGroup is the rig's own directory in every control group hierarchy.
func (r *Rig) CGroup() string { return "kuberig-" + r.ID() }

// Path is a path below the rig's directory.
func (r *Rig) Path(elem ...string) string {
	return filepath.Join(append([]string{r.Dir}, elem...)...)
}

// Log is the log file of a component.
func (r *Rig) Log(component string) string { return r.Path("logs", component+".log") }

// Kuberig is the rig's own copy of the binary: a rebuilt tool does not change a running rig.
func (r *Rig) Kuberig() string { return r.Path("bin", "kuberig") }

// Rigd is the small program of the rig's own processes.
func (r *Rig) Rigd() string { return r.Path("bin", "rigd") }

// VolumeDriver is the storage driver's program.
func (r *Rig) VolumeDriver() string { return r.Path("bin", "volumes") }

// Kubeconfig is the administrator's kubeconfig, for the machine's loopback address.
func (r *Rig) Kubeconfig() string { return r.Path("kubeconfig", "admin") }

// Socket is where the supervisor takes commands.
func (r *Rig) Socket() string { return r.Path("run", "control.sock") }

// FailedFile holds the reason why a start failed.
func (r *Rig) FailedFile() string { return r.Path("run", "failed") }

// NetpolOff is there while the nodes enforce no network policies.
func (r *Rig) NetpolOff() string { return r.Path("run", "netpol.off") }

// NodeHome holds what one node keeps over a power cut.
func (r *Rig) NodeHome(node int) string { return r.Path("nodes", NodeName(node)) }

// NodeName is the name of the n-th node, counted from 1.
func NodeName(node int) string { return fmt.Sprintf("n%d", node) }

// NodeNumbers are the numbers of all nodes.
func (r *Rig) NodeNumbers() []int {
	var all []int
	for n := 1; n <= r.Nodes; n++ {
		all = append(all, n)
	}
	return all
}

// ParseNode reads a node as people write it: 2 or n2.
func (r *Rig) ParseNode(s string) (int, error) {
	n, err := strconv.Atoi(strings.TrimPrefix(s, "n"))
	if err != nil || n < 1 || n > r.Nodes {
		return 0, fmt.Errorf("no node %q: this rig has %s", s, r.describeNodes())
	}
	return n, nil
}

func (r *Rig) describeNodes() string {
	if r.Nodes == 1 {
		return "one node, n1"
	}
	return fmt.Sprintf("nodes n1 to n%d", r.Nodes)
}
