package gitops

import (
	"flag"
	"os"
	"reflect"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

const (
	configMap = "../../manifests/gitops/argocd/argocd-cm.yaml"
	healthKey = "resource.customizations.health.cachecluster.dev_CacheCluster"
)

var update = flag.Bool("update", false, "write argocd-cm.yaml anew from health.lua")

func TestConfigMapHoldsTheHealthCheck(t *testing.T) {
	script, err := os.ReadFile(healthLua)
	must(t, err)
	if *update {
		must(t, writeConfigMap(string(script)))
	}
	patch, err := ReadYAML(configMap)
	must(t, err)
	held, found, err := unstructured.NestedString(patch, "data", healthKey)
	must(t, err)
	if !found || held != string(script) {
		t.Errorf("%s does not hold health.lua at %s: write it anew with go test -count=1 -run ConfigMap -args -update", configMap, healthKey)
	}
	// Anything more would change what is not ours; a namespace would keep kustomize from finding Argo CD's own, which has none.
	delete(patch["data"].(map[string]any), healthKey)
	want := map[string]any{"apiVersion": "v1", "kind": "ConfigMap", "metadata": map[string]any{"name": "argocd-cm"}, "data": map[string]any{}}
	if !reflect.DeepEqual(patch, want) {
		t.Errorf("%s holds more or less than the health check: %v", configMap, patch)
	}
}

func writeConfigMap(script string) error {
	text, err := os.ReadFile(configMap)
	if err != nil {
		return err
	}
	key := "  " + healthKey + ": |\n"
	head, _, _ := strings.Cut(string(text), key)
	var body strings.Builder
	for line := range strings.Lines(script) {
		if line != "\n" {
			body.WriteString("    ")
		}
		body.WriteString(line)
	}
	return os.WriteFile(configMap, []byte(head+key+body.String()), 0o644)
}

// What the sandbox refuses, Argo CD refuses: a check that passes here needs no useOpenLibs there.
func TestSandboxIsAsClosedAsArgoCDs(t *testing.T) {
	object := wellCache(t)
	for script, want := range map[string]string{
		`return {status = string.upper("healthy")}`:                "index a non-table object(nil) with key 'upper'",
		`return {status = ("healthy"):upper()}`:                    "index a non-table object(string) with key 'upper'",
		`return {status = "Healthy", message = os.getenv("PATH")}`: "index a non-table object(nil) with key 'getenv'",
		`return {status = "Healthy", message = io.read()}`:         "index a non-table object(nil) with key 'read'",
		`while true do end`:                                        "context deadline exceeded",
		`return {status = "Well", message = ""}`:                   "is no health status",
		`return {status = "Healthy", message = obj.nothing}`:       "it must be a text",
		`return "Healthy"`:                                         "it must return a table",
	} {
		if health, err := ArgoHealth(script, object); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v and error %v, expected an error with %q", script, health, err, want)
		}
	}
	if health, err := ArgoHealth(`return {status = "Healthy", message = table.concat({obj.kind, obj.metadata.name}, "/")}`, object); err != nil || health.Message != "CacheCluster/demo" {
		t.Errorf("got %v and error %v", health, err)
	}
}
