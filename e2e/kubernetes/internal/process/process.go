// Package process starts other programs and waits for things.
package process

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"
)

// Run runs a command and gives its output with the error.
func Run(argv ...string) error {
	_, err := Output("", argv...)
	return err
}

// Output runs a command with some input and gives what it printed.
func Output(input string, argv ...string) (string, error) {
	c := exec.Command(argv[0], argv[1:]...)
	c.Stdin = strings.NewReader(input)
	out, err := c.CombinedOutput()
	if err != nil {
		return string(out), fmt.Errorf("%s: %w: %s", strings.Join(argv, " "), err, strings.TrimSpace(string(out)))
	}
	return string(out), nil
}

// RunAll runs commands one after the other until one fails.
func RunAll(commands [][]string) error {
	for _, c := range commands {
		if err := Run(c...); err != nil {
			return err
		}
	}
	return nil
}

// WaitFor polls until something is so, or gives up.
func WaitFor(what string, limit time.Duration, ready func() bool) error {
	for end := time.Now().Add(limit); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if ready() {
			return nil
		}
	}
	return fmt.Errorf("gave up waiting for %s after %s", what, limit)
}

// Exists says whether a path is there.
func Exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// SetSysctl writes a kernel setting of the caller's namespaces.
func SetSysctl(name, value string) error {
	return os.WriteFile("/proc/sys/"+name, []byte(value), 0o644)
}
