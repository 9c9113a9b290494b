// Package gitops asks the libraries of GitOps tools what they make of a CacheCluster's status: kstatus, which Flux reads with (its
// fork, fluxcd/cli-utils v1.4.0, has the same code in pkg/kstatus/status), and Argo CD's Lua engine with the health check of
// manifests/gitops. The statuses are the golden ones of the operator's own tests: what is asked about is what the operator says.
//
// Run it with go test -count=1: Go does not see that files outside this module changed, and would show the last result.
package gitops

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/json"
	"sigs.k8s.io/yaml"
)

// Story is one moment in the life of a cache: what was asked for and what the operator says of it, as the API server shows both.
type Story struct {
	Name   string
	Object *unstructured.Unstructured
}

// ReadStories reads every story below dir.
func ReadStories(dir string) ([]Story, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var stories []Story
	for _, entry := range entries {
		if !entry.IsDir() {
			continue
		}
		object, err := readObject(filepath.Join(dir, entry.Name()))
		if err != nil {
			return nil, fmt.Errorf("story %s: %w", entry.Name(), err)
		}
		stories = append(stories, Story{entry.Name(), object})
	}
	if len(stories) == 0 {
		return nil, fmt.Errorf("%s holds no story", dir)
	}
	return stories, nil
}

func readObject(folder string) (*unstructured.Unstructured, error) {
	content, err := ReadYAML(filepath.Join(folder, "cluster.yaml"))
	if err != nil {
		return nil, err
	}
	status, err := ReadYAML(filepath.Join(folder, "status.yaml"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, errors.New("it has no status.yaml yet: write it with scripts/maven.sh -pl operator test -Dtest=StoriesTest -Dgolden.update=true")
	}
	if err != nil {
		return nil, err
	}
	content["status"] = status
	object := &unstructured.Unstructured{Object: content}
	object.SetNamespace("shop")
	object.SetGeneration(1)
	// As the operator's own tests count: a story with a spec that stood before is about the second one.
	if _, err := os.Stat(filepath.Join(folder, "before.yaml")); err == nil {
		object.SetGeneration(2)
	}
	return object, nil
}

// ReadYAML reads one document, with whole numbers as int64, as the API machinery has them.
func ReadYAML(file string) (map[string]any, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	document, err := yaml.YAMLToJSON(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	var content map[string]any
	if err := json.Unmarshal(document, &content); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return content, nil
}
