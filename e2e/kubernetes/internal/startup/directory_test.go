package startup

import (
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestTheSecondLockWaitsAndSurvivesTheDirectorysEnd(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "rig")
	unlock, err := lock(dir, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	second := make(chan func(), 1)
	go func() {
		u, err := lock(dir, io.Discard)
		if err != nil {
			t.Error(err)
		}
		second <- u
	}()
	select {
	case <-second:
		t.Fatal("two hold the lock")
	case <-time.After(100 * time.Millisecond):
	}
	if err := os.Remove(dir); err != nil { // as "down" does
		t.Fatal(err)
	}
	unlock()
	select {
	case u := <-second:
		if _, err := os.Stat(dir); err != nil {
			t.Errorf("the second one holds a directory that is gone: %v", err)
		}
		u()
	case <-time.After(10 * time.Second):
		t.Fatal("the second one never got the lock")
	}
}
