package process

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func starts(t *testing.T, log string) int {
	t.Helper()
	b, err := os.ReadFile(log)
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	return strings.Count(string(b), "started\n")
}

func TestKeeperHoldsAndReleases(t *testing.T) {
	log := filepath.Join(t.TempDir(), "log")
	k := Keep("c", log, "sh", "-c", "echo started; exec sleep 1000")
	t.Cleanup(func() { k.Hold() })
	wait := func(n int) {
		t.Helper()
		if err := WaitFor("the start", 10*time.Second, func() bool { return starts(t, log) == n }); err != nil {
			t.Fatalf("%v: %d starts, want %d", err, starts(t, log), n)
		}
	}
	wait(1)
	if !k.Hold() || k.Hold() {
		t.Error("the first Hold changes something, the second does not")
	}
	b, err := os.ReadFile(log)
	if err != nil || !strings.Contains(string(b), "=== c ended after") {
		t.Errorf("Hold returned before the component ended: %s, %v", b, err)
	}
	if !k.Release() || k.Release() {
		t.Error("the first Release changes something, the second does not")
	}
	wait(2)
	if err := k.running.Kill(); err != nil {
		t.Fatal(err)
	}
	wait(3) // it ended by itself, so it is started again
}

func TestWaitForGivesUp(t *testing.T) {
	err := WaitFor("the moon", 50*time.Millisecond, func() bool { return false })
	if err == nil || !strings.Contains(err.Error(), "the moon") {
		t.Errorf("%v", err)
	}
}
