package gitops

import (
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// What no story tells: the moments around a status. Each is made from the story of a cache that is well.
func TestMomentsAroundAStatus(t *testing.T) {
	for name, moment := range map[string]struct {
		change func(*testing.T, *unstructured.Unstructured)
		want   Expected
	}{
		"the spec was changed, and the operator has not looked yet": {
			func(_ *testing.T, object *unstructured.Unstructured) { object.SetGeneration(2) },
			Expected{"InProgress", "Progressing"},
		},
		"a backup was restored: the object is new, its status is not": {
			func(t *testing.T, object *unstructured.Unstructured) {
				must(t, unstructured.SetNestedField(object.Object, int64(7), "status", "observedGeneration"))
			},
			Expected{"InProgress", "Progressing"},
		},
		"it is being deleted": {
			func(t *testing.T, object *unstructured.Unstructured) {
				must(t, unstructured.SetNestedField(object.Object, "2026-01-01T12:00:00Z", "metadata", "deletionTimestamp"))
			},
			Expected{"Terminating", "Progressing"},
		},
		"it is being deleted, and a finalizer holds it": {
			func(t *testing.T, object *unstructured.Unstructured) {
				must(t, unstructured.SetNestedField(object.Object, "2026-01-01T12:00:00Z", "metadata", "deletionTimestamp"))
				object.SetFinalizers([]string{"foregroundDeletion"})
			},
			Expected{"Terminating", "Progressing"},
		},
		// kstatus takes what has no status for current; the CRD gives it one that speaks of no generation.
		"it was just made, and the operator has not looked yet": {
			asJustMade,
			Expected{"InProgress", "Progressing"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			object := wellCache(t)
			moment.change(t, object)
			expect(t, object, moment.want)
		})
	}
}

func TestDeletionNamesWhatHoldsIt(t *testing.T) {
	object := wellCache(t)
	must(t, unstructured.SetNestedField(object.Object, "2026-01-01T12:00:00Z", "metadata", "deletionTimestamp"))
	object.SetFinalizers([]string{"foregroundDeletion", "example.com/hold"})
	if got := argoHealth(t, object).Message; got != "is being deleted; waits for foregroundDeletion, example.com/hold" {
		t.Errorf("Argo CD says %q", got)
	}
}

// The first moment is read with the status that the API server gives a new object: the default of the CRD, if it has one.
func asJustMade(t *testing.T, object *unstructured.Unstructured) {
	crd, err := ReadYAML("../../crds/cacheclusters.cachecluster.dev.yaml")
	must(t, err)
	versions, _, err := unstructured.NestedSlice(crd, "spec", "versions")
	must(t, err)
	schema, found, err := unstructured.NestedMap(versions[0].(map[string]any), "schema", "openAPIV3Schema", "properties", "status")
	must(t, err)
	if !found {
		t.Fatal("the CRD has no status")
	}
	delete(object.Object, "status")
	if initial, found := schema["default"]; found {
		object.Object["status"] = initial
	}
}

// Another kind that has nothing but the three conditions, as CacheUser will.
func TestOtherKindsWithTheSameConditions(t *testing.T) {
	for name, moment := range map[string]struct {
		ready, reconciling, stalled string
		want                        Expected
	}{
		"all is done":                         {"True", "False", "False", Expected{"Current", "Healthy"}},
		"it works, and something goes on":     {"True", "True", "False", Expected{"InProgress", "Progressing"}},
		"it works, and somebody has to act":   {"True", "False", "True", Expected{"Failed", "Degraded"}},
		"it is being made":                    {"False", "True", "False", Expected{"InProgress", "Progressing"}},
		"it was refused":                      {"False", "False", "True", Expected{"Failed", "Degraded"}},
		"nobody knows, and something goes on": {"Unknown", "True", "False", Expected{"InProgress", "Progressing"}},
		"nobody knows":                        {"Unknown", "False", "False", Expected{"InProgress", "Progressing"}},
		// The tools differ here, and no status of this operator says it: kstatus waits for its timeout, Argo CD calls.
		"it does not work, and nobody says why": {"False", "False", "False", Expected{"InProgress", "Degraded"}},
	} {
		t.Run(name, func(t *testing.T) {
			object := &unstructured.Unstructured{Object: map[string]any{
				"apiVersion": "cachecluster.dev/v1alpha1",
				"kind":       "CacheUser",
				"metadata":   map[string]any{"name": "shop", "namespace": "shop", "generation": int64(1)},
				"status": map[string]any{
					"observedGeneration": int64(1),
					"conditions": []any{
						map[string]any{"type": "Ready", "status": moment.ready, "message": "ready"},
						map[string]any{"type": "Reconciling", "status": moment.reconciling, "message": "reconciling"},
						map[string]any{"type": "Stalled", "status": moment.stalled, "message": "stalled"},
					},
				},
			}}
			expect(t, object, moment.want)
		})
	}
}

func wellCache(t *testing.T) *unstructured.Unstructured {
	t.Helper()
	object, err := readObject(storiesDir + "/06-all-is-well")
	must(t, err)
	return object
}
