package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"
)

func TestTheStreamDefinesWhatTheControllersNeed(t *testing.T) {
	var stream bytes.Buffer
	if err := printCRDs(&stream); err != nil {
		t.Fatal(err)
	}
	var names []string
	for i, document := range strings.Split("\n"+stream.String(), "\n---\n") {
		if i == 0 && strings.TrimSpace(document) == "" {
			continue // before the first mark
		}
		var crd struct {
			APIVersion, Kind string
			Spec             struct {
				Group    string
				Names    struct{ Plural string }
				Versions []struct {
					Name            string
					Served, Storage bool
				}
			}
		}
		if err := yaml.Unmarshal([]byte(document), &crd); err != nil {
			t.Fatalf("document %d: %v", i, err)
		}
		if crd.APIVersion != "apiextensions.k8s.io/v1" || crd.Kind != "CustomResourceDefinition" || crd.Spec.Group != "cert-manager.io" {
			t.Errorf("document %d is %s %s of %q", i, crd.APIVersion, crd.Kind, crd.Spec.Group)
		}
		if v := crd.Spec.Versions; len(v) != 1 || v[0].Name != "v1" || !v[0].Served || !v[0].Storage {
			t.Errorf("%s: versions %v", crd.Spec.Names.Plural, v)
		}
		names = append(names, crd.Spec.Names.Plural)
	}
	if !slices.Equal(names, resources) {
		t.Errorf("the stream defines %v, the controllers need %v", names, resources)
	}
}

func TestTheCopiesAreTheModulesOwn(t *testing.T) {
	text, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}\n{{.Version}}", module).Output()
	if err != nil {
		t.Fatalf("go list -m %s: %v", module, err)
	}
	directory, pinned, _ := strings.Cut(strings.TrimSpace(string(text)), "\n")
	files, err := crdFiles.ReadDir("crds")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		theirs, err := os.ReadFile(filepath.Join(directory, "deploy", "crds", file.Name()))
		if err != nil {
			t.Error(err)
			continue
		}
		if ours, _ := crdFiles.ReadFile("crds/" + file.Name()); !bytes.Equal(ours, theirs) {
			t.Errorf("crds/%s differs from that of %s %s: copy it again", file.Name(), module, pinned)
		}
	}
	for _, note := range []string{"README.md", "crds/README.md"} {
		if says, err := os.ReadFile(note); err != nil || !strings.Contains(string(says), pinned) {
			t.Errorf("%s does not name the version %s (%v)", note, pinned, err)
		}
	}
	if version() != pinned {
		t.Errorf("the program says that it is %s, go.mod pins %s", version(), pinned)
	}
}
