package proofs

import (
	"os"
	"strings"
	"testing"
)

func conformance(t *testing.T) *table {
	t.Helper()
	b, err := os.ReadFile("../../conformance.md")
	if err != nil {
		t.Fatal(err)
	}
	table, err := readTable(string(b))
	if err != nil {
		t.Fatal(err)
	}
	return table
}

func TestTheTableNamesPoliciesThatExist(t *testing.T) {
	table := conformance(t)
	specs, err := table.specs(func(string) (string, error) { return "10.244.1.2", nil })
	if err != nil {
		t.Fatal(err)
	}
	used := map[string]bool{}
	upstream := 0
	for _, c := range table.cases {
		if strings.HasPrefix(c.name, `"should `) {
			upstream++
		}
		for _, s := range c.stages {
			for _, step := range s.steps {
				for _, word := range strings.Fields(strings.TrimPrefix(step, "-")) {
					used[word] = true
				}
			}
		}
	}
	for name := range specs {
		if !used[name] {
			t.Errorf("policy %s is applied nowhere", name)
		}
	}
	if upstream < 40 {
		t.Errorf("%d cases of upstream", upstream)
	}
}

// A case whose rows all expect the same proves little: everything may be open, or everything closed.
func TestEveryCaseShowsBothSides(t *testing.T) {
	one := map[string]bool{
		"\"should support allow-all policy\"": true,
		"\"should enforce multiple ingress policies with ingress allow-all policy taking precedence\"":                          true,
		"\"should enforce multiple egress policies with egress allow-all policy taking precedence\"":                            true,
		"\"should properly isolate pods that are selected by a policy allowing SCTP, even if the plugin doesn't support SCTP\"": true,
		"from outside through kube-proxy":          true, // its other side is the next case
		"the API server, by its service's address": true, // its other side is the case before
	}
	for _, c := range conformance(t).cases {
		sides := map[bool]bool{}
		for _, s := range c.stages {
			for _, r := range s.rows {
				sides[r.passes] = true
			}
		}
		if (len(sides) == 2) == one[c.name] {
			t.Errorf("case %s has %d side(s)", c.name, len(sides))
		}
	}
}

func TestTheTableIsReadStrictly(t *testing.T) {
	const good = "| a | words | deny | x/b, z/a | x/a, x/a 7001 | no |\n| | | -deny, label x/a k=v | x/b | x/a | yes |\n"
	read := func(rows string) (*table, error) {
		return readTable("text\n" + tableHeader + "\n|---|\n" + rows + "\n```yaml\ndeny: {podSelector: {}}\n```\n")
	}
	got, err := read(good)
	if err != nil {
		t.Fatal(err)
	}
	if len(got.cases) != 1 || len(got.cases[0].stages) != 2 || len(got.cases[0].stages[1].steps) != 2 || got.cases[0].stages[0].rows[0].passes || got.cases[0].stages[0].rows[0].line != 4 {
		t.Errorf("%+v", got)
	}
	for name, bad := range map[string]string{
		"neither yes nor no":    "| a | w | deny | x/b | x/a | maybe |\n",
		"a cell is missing":     "| a | w | deny | x/b | no |\n",
		"nobody calls":          "| a | w | deny | | x/a | no |\n",
		"nothing is applied":    "| a | w | | x/b | x/a | no |\n",
		"it belongs to no case": "| | w | deny | x/b | x/a | no |\n",
	} {
		if _, err := read(bad); err == nil {
			t.Errorf("%s: it was taken", name)
		}
	}
	got.policies = "deny: {podSelektor: {}}"
	if specs, err := got.specs(nil); err == nil {
		t.Errorf("a misspelt field was taken: %v", specs)
	}
}
