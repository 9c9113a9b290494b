package node

import (
	"encoding/json"
	"os"
	"path/filepath"
)

// JudgedDir holds one file per address whose policies are loaded.
const JudgedDir = "/run/kuberig/judged"

// Judged gives the key of the pod whose policies are loaded for an address, or nothing.
func Judged(ip string) string {
	b, _ := os.ReadFile(filepath.Join(JudgedDir, ip))
	return string(b)
}

// SetJudged notes for which pods policies are loaded, and takes back what is no longer so.
func SetJudged(keys map[string]string) error {
	entries, err := os.ReadDir(JudgedDir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if _, ok := keys[e.Name()]; !ok {
			if err := os.Remove(filepath.Join(JudgedDir, e.Name())); err != nil {
				return err
			}
		}
	}
	for ip, key := range keys {
		if Judged(ip) == key {
			continue
		}
		if err := os.WriteFile(filepath.Join(JudgedDir, ip), []byte(key), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// EnforcementFile is where a node's policy agent says what it has loaded.
const EnforcementFile = "/run/kuberig/enforcement"

// What a node does with the packets of its pods.
const (
	Enforced = "enforced"
	Off      = "off"    // everything passes
	Closed   = "closed" // nothing passes, because nobody can judge
)

// Enforcement is what a node's policy agent has loaded.
type Enforcement struct {
	State string `json:"state"`
	// Pods are the addresses that are judged.
	Pods []string `json:"pods"`
	// Policies are the versions of all policies that went into the table, by namespace/name.
	Policies map[string]string `json:"policies"`
}

// SetEnforcement writes the file in one step.
func SetEnforcement(e Enforcement) error {
	b, err := json.Marshal(e)
	if err != nil {
		return err
	}
	if err := os.WriteFile(EnforcementFile+".new", append(b, '\n'), 0o644); err != nil {
		return err
	}
	return os.Rename(EnforcementFile+".new", EnforcementFile)
}

// EnforcementOf reads the file of the node whose file system begins at root. It is empty before the agent has said anything.
func EnforcementOf(root string) Enforcement {
	var e Enforcement
	if b, err := os.ReadFile(filepath.Join(root, EnforcementFile)); err == nil {
		_ = json.Unmarshal(b, &e) // written in one step: it is whole or not there
	}
	return e
}
