package gitops

import (
	"os"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/cli-utils/pkg/kstatus/status"
)

const (
	storiesDir = "../../operator/src/test/resources/stories"
	healthLua  = "../../manifests/gitops/argocd/health.lua"
)

func TestEveryStoryIsReadAsExpected(t *testing.T) {
	rows, err := ReadExpected("testdata/expected.txt")
	must(t, err)
	stories, err := ReadStories(storiesDir)
	must(t, err)
	for _, story := range stories {
		t.Run(story.Name, func(t *testing.T) {
			want, ok := rows[story.Name]
			delete(rows, story.Name)
			if !ok {
				t.Fatalf("the story has no row in testdata/expected.txt: read it, and write what both tools should say")
			}
			expect(t, story.Object, want)
		})
	}
	for name := range rows {
		t.Errorf("testdata/expected.txt has a row for %s, which is no story: remove it or correct its name", name)
	}
}

// Whoever reads "failed" or "in progress" needs the operator's own words, and kstatus takes the first of Reconciling and
// Stalled that is True: they must exclude each other.
func TestEveryStoryIsToldInTheOperatorsWords(t *testing.T) {
	stories, err := ReadStories(storiesDir)
	must(t, err)
	for _, story := range stories {
		t.Run(story.Name, func(t *testing.T) {
			speaks := "Ready"
			for _, name := range []string{"Reconciling", "Stalled"} {
				if condition(t, story.Object, name)["status"] == "True" {
					if speaks != "Ready" {
						t.Fatal("Reconciling and Stalled are both True")
					}
					speaks = name
				}
			}
			words := condition(t, story.Object, speaks)["message"]
			if argo := argoHealth(t, story.Object); argo.Message != words {
				t.Errorf("Argo CD says %q, and %s says %q", argo.Message, speaks, words)
			}
			if flux := kstatus(t, story.Object); speaks != "Ready" && flux.Message != words {
				t.Errorf("kstatus says %q, and %s says %q", flux.Message, speaks, words)
			}
		})
	}
}

func expect(t *testing.T, object *unstructured.Unstructured, want Expected) {
	t.Helper()
	if got := kstatus(t, object); string(got.Status) != want.KStatus {
		t.Errorf("kstatus says %s (%s), expected %s", got.Status, got.Message, want.KStatus)
	}
	if got := argoHealth(t, object); got.Status != want.ArgoCD {
		t.Errorf("Argo CD says %s (%s), expected %s", got.Status, got.Message, want.ArgoCD)
	}
}

func kstatus(t *testing.T, object *unstructured.Unstructured) *status.Result {
	t.Helper()
	result, err := status.Compute(object)
	must(t, err)
	return result
}

func argoHealth(t *testing.T, object *unstructured.Unstructured) Health {
	t.Helper()
	script, err := os.ReadFile(healthLua)
	must(t, err)
	health, err := ArgoHealth(string(script), object)
	must(t, err)
	return health
}

func condition(t *testing.T, object *unstructured.Unstructured, name string) map[string]any {
	t.Helper()
	conditions, _, err := unstructured.NestedSlice(object.Object, "status", "conditions")
	must(t, err)
	for _, each := range conditions {
		if each := each.(map[string]any); each["type"] == name {
			return each
		}
	}
	t.Fatalf("the status has no condition %s", name)
	return nil
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
