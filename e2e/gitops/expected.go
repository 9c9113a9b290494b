package gitops

import (
	"fmt"
	"os"
	"strings"
)

// Expected is what both tools should say of one story.
type Expected struct {
	KStatus string
	ArgoCD  string
}

// ReadExpected reads a table of rows "story | kstatus | argocd"; lines that begin with # and the heading are for people.
func ReadExpected(file string) (map[string]Expected, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	rows := map[string]Expected{}
	for number, line := range strings.Split(string(text), "\n") {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") || line == "story | kstatus | argocd" {
			continue
		}
		cells := strings.Split(line, "|")
		if len(cells) != 3 {
			return nil, fmt.Errorf("%s:%d: %q is not a row: write story | kstatus | argocd", file, number+1, line)
		}
		story := strings.TrimSpace(cells[0])
		if _, twice := rows[story]; twice {
			return nil, fmt.Errorf("%s:%d: %s has a row already: remove one", file, number+1, story)
		}
		rows[story] = Expected{strings.TrimSpace(cells[1]), strings.TrimSpace(cells[2])}
	}
	return rows, nil
}
