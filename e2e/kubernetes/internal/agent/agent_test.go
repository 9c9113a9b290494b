package agent

import (
	"errors"
	"net"
	"reflect"
	"testing"

	"github.com/vishvananda/netlink"

	"cachecluster.dev/kuberig/internal/network"
	"cachecluster.dev/kuberig/internal/node"
)

func TestATableThatCannotBeLoadedClosesTheNode(t *testing.T) {
	var loaded, told []string
	a := &agent{node: 1, nodes: []int{1, 2}}
	a.nft = func(table string) (string, error) {
		if table == "bad" {
			return "syntax error", errors.New("exit status 1")
		}
		loaded = append(loaded, table)
		return "", nil
	}
	a.tell = func(e node.Enforcement) error {
		told = append(told, e.State)
		return nil
	}
	closed := network.ClosedPolicy(1, []int{1, 2})
	enforced := node.Enforcement{State: node.Enforced}
	for _, step := range []struct {
		table string
		fails bool
	}{{"good", false}, {"good", false}, {"bad", true}, {"bad", true}, {"good", false}} {
		if err := a.load(step.table, enforced); (err != nil) != step.fails {
			t.Errorf("%s: %v", step.table, err)
		}
	}
	if want := []string{"good", closed, "good"}; !reflect.DeepEqual(loaded, want) {
		t.Errorf("loaded %q", loaded)
	}
	if want := []string{node.Enforced, node.Enforced, node.Closed, node.Closed, node.Enforced}; !reflect.DeepEqual(told, want) {
		t.Errorf("told %q", told)
	}
}

func TestConnectionsOfAnAddress(t *testing.T) {
	ip := func(s string) net.IP { return net.ParseIP(s).To4() }
	// A call of .3 to a service, which .2 answers.
	flow := &netlink.ConntrackFlow{
		Forward: netlink.IPTuple{SrcIP: ip("10.244.1.3"), DstIP: ip("10.96.0.7")},
		Reverse: netlink.IPTuple{SrcIP: ip("10.244.1.2"), DstIP: ip("10.244.1.3")},
	}
	for address, want := range map[string]bool{"10.244.1.2": true, "10.244.1.3": true, "10.96.0.7": true, "10.244.1.20": false} {
		if got := (endsAt{net.ParseIP(address)}).MatchConntrackFlow(flow); got != want {
			t.Errorf("%s: %t", address, got)
		}
	}
}
