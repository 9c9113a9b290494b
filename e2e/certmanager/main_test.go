package main

import (
	"bytes"
	"context"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cert-manager/cert-manager/pkg/controller"
)

func TestUsage(t *testing.T) {
	for arguments, want := range map[string]struct {
		code int
		says []string
	}{
		"":                              {2, []string{"command is missing", "crds, run or version"}},
		"issue":                         {2, []string{`unknown command "issue"`, "crds, run or version"}},
		"crds all":                      {2, []string{`crds: unexpected "all"`}},
		"run":                           {2, []string{"--kubeconfig is missing", "name the file"}},
		"run --kubeconfig":              {2, []string{"needs an argument", "kubeconfig"}},
		"run --context x":               {2, []string{"not defined", "context", "--help"}},
		"run --kubeconfig a b":          {2, []string{`run: unexpected "b"`}},
		"run --kubeconfig no/such/file": {1, []string{"--kubeconfig no/such/file", "no such file"}},
		"run --kubeconfig main.go":      {1, []string{"--kubeconfig main.go", "cannot be read as a kubeconfig"}},
		"--help":                        {0, []string{"Usage: certmanager", "--kubeconfig FILE"}},
		"run --help":                    {0, []string{"Usage: certmanager"}},
		"version":                       {0, []string{"cert-manager v1."}},
		"crds":                          {0, []string{"kind: CustomResourceDefinition"}},
	} {
		var out, problems bytes.Buffer
		code := command(t.Context(), strings.Fields(arguments), &out, &problems)
		if code != want.code {
			t.Errorf("certmanager %s: exit code %d, not %d", arguments, code, want.code)
		}
		said, silent := problems.String(), out.Len()
		if code == 0 {
			said, silent = out.String(), problems.Len()
		}
		for _, text := range want.says {
			if !strings.Contains(said, text) {
				t.Errorf("certmanager %s does not say %q: %.300s", arguments, text, said)
			}
		}
		if silent != 0 {
			t.Errorf("certmanager %s wrote to standard output and standard error", arguments)
		}
	}
}

func TestNamesTheFieldOfAKubeconfigThatIsWrong(t *testing.T) {
	file := filepath.Join(t.TempDir(), "kubeconfig")
	for text, want := range map[string]string{
		"": `current-context is ""`,
		"{apiVersion: v1, kind: Config, current-context: b}":                                               `current-context is "b"`,
		"{apiVersion: v1, kind: Config, current-context: a, contexts: [{name: a, context: {cluster: c}}]}": `contexts[].context.cluster`,
		"{apiVersion: v1, kind: Config, current-context: a, contexts: [{name: a, context: {cluster: c}}], clusters: [{name: c, cluster: {server: 'http://h', certificate-authority: gone.crt}}]}": "gone.crt",
	} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := access(file); err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "--kubeconfig "+file) {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func TestSaysWhatTheClusterLacks(t *testing.T) {
	refusing := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "who are you", http.StatusUnauthorized) })
	for name, test := range map[string]struct {
		cluster http.Handler
		want    []string
	}{
		"no definitions": {newAPI(t, nil), []string{"does not know cert-manager.io/v1", "certmanager crds"}},
		"some of them": {newAPI(t, []string{"certificates", "issuers"}),
			[]string{"does not know the certificaterequests and clusterissuers", "certmanager crds"}},
		"another user": {refusing, []string{"--kubeconfig", "does not accept its user"}},
	} {
		kubeconfig, _ := serve(t, test.cluster)
		config, err := access(kubeconfig)
		if err != nil {
			t.Fatal(err)
		}
		err = awaitDefinitions(t.Context(), kubeconfig, config, 0)
		for _, text := range test.want {
			if err == nil || !strings.Contains(err.Error(), text) {
				t.Errorf("%s: does not say %q: %v", name, text, err)
			}
		}
	}
}

func TestWaitsForDefinitionsAndEndsIfToldToMeanwhile(t *testing.T) {
	cluster := newAPI(t, nil)
	kubeconfig, _ := serve(t, cluster)
	config, err := access(kubeconfig)
	if err != nil {
		t.Fatal(err)
	}
	time.AfterFunc(2*askAgain, func() {
		cluster.mutex.Lock()
		defer cluster.mutex.Unlock()
		cluster.known = resources
	})
	if err := awaitDefinitions(t.Context(), kubeconfig, config, time.Minute); err != nil {
		t.Error(err)
	}

	unready, _ := serve(t, newAPI(t, nil))
	ctx, stop := context.WithCancel(t.Context())
	time.AfterFunc(askAgain/2, stop)
	var out bytes.Buffer
	if err := runWith(ctx, unready, &out); err != nil || out.Len() > 0 {
		t.Errorf("a signal while it waits for definitions: %v, %q", err, out.String())
	}
}

func TestRunsTheseControllersAndNoOthers(t *testing.T) {
	want := []string{"certificaterequests-approver", "certificaterequests-issuer-ca", "certificaterequests-issuer-selfsigned",
		"certificates-issuing", "certificates-key-manager", "certificates-readiness", "certificates-request-manager",
		"certificates-revision-manager", "certificates-trigger", "clusterissuers", "issuers"}
	if have := slices.Sorted(maps.Keys(controller.Known())); !slices.Equal(have, want) {
		t.Errorf("controllers %v, not %v", have, want)
	}
}
