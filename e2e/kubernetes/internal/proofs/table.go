package proofs

import (
	"fmt"
	"regexp"
	"strings"

	networkingv1 "k8s.io/api/networking/v1"
	"sigs.k8s.io/yaml"
)

// table is conformance.md: what a stranger reads is what is run.
type table struct {
	cases []tableCase
	// policies are the texts of the policies' specs, by name.
	policies string
}

type tableCase struct {
	name   string
	stages []tableStage
}

// tableStage is some changes, and what holds after them.
type tableStage struct {
	steps []string
	rows  []tableRow
}

type tableRow struct {
	line     int
	from, to []string
	passes   bool
}

const tableHeader = "| case | policy in words | applies | from | to | passes |"

// readTable reads the table below the header, and the YAML after it.
func readTable(text string) (*table, error) {
	before, after, ok := strings.Cut(text, tableHeader+"\n")
	if !ok {
		return nil, fmt.Errorf("the conformance table has no header %q", tableHeader)
	}
	t := &table{}
	line := strings.Count(before, "\n") + 1
	for _, l := range strings.Split(after, "\n") {
		line++
		if !strings.HasPrefix(l, "|") {
			break
		}
		if strings.HasPrefix(l, "|-") {
			continue
		}
		if err := t.add(line, l); err != nil {
			return nil, fmt.Errorf("line %d of the conformance table: %w", line, err)
		}
	}
	_, block, ok := strings.Cut(after, "```yaml\n")
	if t.policies, _, _ = strings.Cut(block, "\n```"); !ok {
		return nil, fmt.Errorf("the conformance table has no policies")
	}
	return t, nil
}

func (t *table) add(line int, text string) error {
	cells := strings.Split(strings.Trim(text, "|"), "|")
	if len(cells) != 6 {
		return fmt.Errorf("%d cells instead of 6", len(cells))
	}
	for i := range cells {
		cells[i] = strings.TrimSpace(cells[i])
	}
	name, steps, row := cells[0], list(cells[2]), tableRow{line: line, from: list(cells[3]), to: list(cells[4]), passes: cells[5] == "yes"}
	if !row.passes && cells[5] != "no" || len(row.from) == 0 || len(row.to) == 0 {
		return fmt.Errorf("needs from, to, and yes or no: %s", text)
	}
	if name != "" {
		if len(steps) == 0 {
			return fmt.Errorf("case %s applies nothing", name)
		}
		t.cases = append(t.cases, tableCase{name: name})
	}
	if len(t.cases) == 0 {
		return fmt.Errorf("belongs to no case")
	}
	c := &t.cases[len(t.cases)-1]
	if len(steps) > 0 {
		c.stages = append(c.stages, tableStage{steps: steps})
	}
	s := &c.stages[len(c.stages)-1]
	s.rows = append(s.rows, row)
	return nil
}

func list(cell string) []string {
	var all []string
	for _, w := range strings.Split(cell, ",") {
		if w = strings.TrimSpace(w); w != "" {
			all = append(all, w)
		}
	}
	return all
}

var placeholder = regexp.MustCompile(`\$\{([^}]*)\}`)

// specs fills addresses into the policies.
func (t *table) specs(address func(string) (string, error)) (map[string]networkingv1.NetworkPolicySpec, error) {
	var unknown error
	text := placeholder.ReplaceAllStringFunc(t.policies, func(s string) string {
		a, err := address(placeholder.FindStringSubmatch(s)[1])
		if err != nil {
			unknown = err
		}
		return a
	})
	if unknown != nil {
		return nil, unknown
	}
	specs := map[string]networkingv1.NetworkPolicySpec{}
	return specs, yaml.UnmarshalStrict([]byte(text), &specs)
}
