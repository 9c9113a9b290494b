package supervisor

import (
	"strings"
	"testing"
)

func TestPickRefusesToGuess(t *testing.T) {
	one := container{1, "x", "ns", "p", "app"}
	sidecar := container{1, "y", "ns", "p", "sidecar"}
	elsewhere := container{2, "z", "ns", "p", "app"}
	if c, err := pick([]container{one}, "ns/p", ""); err != nil || c != one {
		t.Errorf("%v, %v", c, err)
	}
	for name, c := range map[string]struct {
		found []container
		asked string
		word  string
	}{
		"none":           {nil, "", "no running container of pod ns/p"},
		"none so named":  {nil, "x", `no running container "x"`},
		"two containers": {[]container{one, sidecar}, "", "--container"},
		"two nodes":      {[]container{one, elsewhere}, "app", "--node"},
	} {
		if got, err := pick(c.found, "ns/p", c.asked); err == nil || !strings.Contains(err.Error(), c.word) {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
}

func TestALinkHasNoDirection(t *testing.T) {
	if link(3, 1) != link(1, 3) || link(1, 3) == link(1, 2) {
		t.Errorf("%v %v", link(3, 1), link(1, 3))
	}
}
