package startup

import (
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

func TestEnoughWatches(t *testing.T) {
	for _, c := range []struct {
		used, limit, nodes int
		enough             bool
	}{{0, 128, 3, true}, {86, 128, 3, true}, {87, 128, 3, false}, {102, 128, 1, true}, {103, 128, 1, false}} {
		err := enoughWatches(c.used, c.limit, c.nodes)
		if (err == nil) != c.enough {
			t.Errorf("%+v: %v", c, err)
		}
		if err != nil && !strings.Contains(err.Error(), "sysctl -w") {
			t.Errorf("%v does not say what to do", err)
		}
	}
}

func TestWatchesInUseCountsOurs(t *testing.T) {
	before := watchesInUse()
	var fds []int
	for range 20 { // more than other processes are likely to open or close meanwhile
		fd, err := unix.InotifyInit1(unix.IN_CLOEXEC)
		if err != nil {
			t.Fatal(err)
		}
		fds = append(fds, fd)
	}
	now := watchesInUse()
	for _, fd := range fds {
		if err := unix.Close(fd); err != nil {
			t.Error(err)
		}
	}
	if now < before+10 {
		t.Errorf("%d before and %d after 20 more", before, now)
	}
}
