package cli

import (
	"reflect"
	"testing"

	"github.com/spf13/cobra"
)

func TestParsePod(t *testing.T) {
	if ns, pod, err := parsePod("default/web-0"); err != nil || ns != "default" || pod != "web-0" {
		t.Errorf("%q %q %v", ns, pod, err)
	}
	for _, bad := range []string{"web-0", "/web", "ns/", "a/b/c", "", `ns/p"`, "ns/p,q"} {
		if ns, pod, err := parsePod(bad); err == nil {
			t.Errorf("%q: %q %q", bad, ns, pod)
		}
	}
}

func TestPackagesNamesEachOnce(t *testing.T) {
	got := packages([]lack{{"ctr", "containerd"}, {"nft", "nftables"}, {"containerd", "containerd"}})
	if !reflect.DeepEqual(got, []string{"containerd", "nftables"}) {
		t.Errorf("%v", got)
	}
}

func TestEveryCommandExplainsItself(t *testing.T) {
	var walk func(c *cobra.Command)
	walk = func(c *cobra.Command) {
		if c.Short == "" {
			t.Errorf("%s has no help", c.CommandPath())
		}
		if !c.HasSubCommands() && c.Args == nil && !c.DisableFlagParsing {
			t.Errorf("%s takes any arguments", c.CommandPath())
		}
		for _, sub := range c.Commands() {
			walk(sub)
		}
	}
	walk(Command(func([]string) error { return nil }, ""))
}

func TestSplitDir(t *testing.T) {
	for _, c := range []struct {
		args, rest []string
		dir        string
	}{
		{[]string{"--dir", "/a", "get", "pods"}, []string{"get", "pods"}, "/a"},
		{[]string{"--dir=/a", "get"}, []string{"get"}, "/a"},
		{[]string{"get", "--dir", "/a"}, []string{"get", "--dir", "/a"}, ""},
		{[]string{"--dir"}, []string{"--dir"}, ""},
		{nil, nil, ""},
	} {
		if dir, rest := splitDir(c.args); dir != c.dir || !reflect.DeepEqual(rest, c.rest) {
			t.Errorf("%q: %q %q", c.args, dir, rest)
		}
	}
}
