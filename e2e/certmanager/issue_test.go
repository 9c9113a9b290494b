package main

import (
	"bytes"
	"context"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/util/yaml"
)

// What the rig will be given: a certificate authority that signed itself, and a certificate of a server from it.
const wanted = `
apiVersion: cert-manager.io/v1
kind: Issuer
metadata: {name: selfsigned, namespace: demo}
spec: {selfSigned: {}}
---
apiVersion: cert-manager.io/v1
kind: Certificate
metadata: {name: ca, namespace: demo}
spec:
  isCA: true
  commonName: demo-ca
  secretName: demo-ca
  privateKey: {algorithm: ECDSA, size: 256}
  issuerRef: {name: selfsigned, kind: Issuer, group: cert-manager.io}
---
apiVersion: cert-manager.io/v1
kind: Issuer
metadata: {name: ca, namespace: demo}
spec: {ca: {secretName: demo-ca}}
---
apiVersion: cert-manager.io/v1
kind: Certificate
metadata: {name: server, namespace: demo}
spec:
  secretName: server-tls
  dnsNames: [server.demo.svc]
  usages: [server auth, digital signature]
  privateKey: {algorithm: ECDSA, size: 256}
  issuerRef: {name: ca, kind: Issuer, group: cert-manager.io}
`

func TestIssuesCertificatesOfACAThatSignedItself(t *testing.T) {
	cluster := newAPI(t, resources)
	kubeconfig, url := serve(t, cluster)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	lines, ended := start(ctx, kubeconfig)
	if line := <-lines; line != "certmanager: running\n" {
		t.Fatalf("standard output began with %q: %v", line, <-ended)
	}
	create(t, url, wanted)

	var secret map[string][]byte
	await(t, func() bool { secret = cluster.data("secrets/demo/server-tls"); return secret != nil })
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(secret["ca.crt"]) {
		t.Fatalf("ca.crt holds no certificate: %q", secret["ca.crt"])
	}
	block, _ := pem.Decode(secret["tls.crt"])
	if block == nil {
		t.Fatalf("tls.crt holds no certificate: %q", secret["tls.crt"])
	}
	certificate, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := certificate.Verify(x509.VerifyOptions{Roots: roots, DNSName: "server.demo.svc"}); err != nil {
		t.Error(err)
	}
	if issuer := certificate.Issuer.CommonName; issuer != "demo-ca" {
		t.Errorf("issued by %q", issuer)
	}
	await(t, func() bool { return cluster.ready("certificates/demo/server") && cluster.ready("issuers/demo/ca") })

	// Whoever loses a secret gets another one: the controllers know what happens to what they made.
	request, _ := http.NewRequest(http.MethodDelete, url+"/api/v1/namespaces/demo/secrets/server-tls", nil)
	exchange(t, request)
	await(t, func() bool {
		again := cluster.data("secrets/demo/server-tls")
		return again != nil && !bytes.Equal(again["tls.crt"], secret["tls.crt"])
	})

	stop()
	begin := time.Now()
	select {
	case err := <-ended:
		if err != nil {
			t.Errorf("ended with %v", err)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("still runs ten seconds after it was told to end")
	}
	if took := time.Since(begin); took > 3*time.Second {
		t.Errorf("took %s to end", took)
	}
	cluster.mutex.Lock()
	defer cluster.mutex.Unlock()
	asked := slices.Sorted(maps.Keys(cluster.asked))
	if need := append(slices.Clone(resources), "secrets"); !slices.Equal(asked, need) {
		t.Errorf("the controllers listed or watched %v, not %v", asked, need)
	}
	for agent := range cluster.agents {
		if strings.HasPrefix(agent, "cert-manager") && !strings.Contains(agent, "/"+version()) {
			t.Errorf("user agent %q lacks the version", agent)
		}
	}
}

// serve returns a kubeconfig of the cluster, and its address.
func serve(t *testing.T, cluster http.Handler) (kubeconfig, url string) {
	server := httptest.NewServer(cluster)
	t.Cleanup(server.Close)
	t.Cleanup(server.CloseClientConnections)
	kubeconfig = filepath.Join(t.TempDir(), "kubeconfig")
	text := fmt.Sprintf(`{apiVersion: v1, kind: Config, current-context: a, contexts: [{name: a, context: {cluster: a, user: a}}],
clusters: [{name: a, cluster: {server: "%s"}}], users: [{name: a, user: {}}]}`, server.URL)
	if err := os.WriteFile(kubeconfig, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return kubeconfig, server.URL
}

// start runs the controllers; its channels give what they print, and how they end.
func start(ctx context.Context, kubeconfig string) (<-chan string, <-chan error) {
	lines, ended := make(chan string, 10), make(chan error, 1)
	go func() {
		ended <- runWith(ctx, kubeconfig, channel(lines))
		close(lines)
	}()
	return lines, ended
}

type channel chan string

func (c channel) Write(text []byte) (int, error) {
	c <- string(text)
	return len(text), nil
}

func create(t *testing.T, url, stream string) {
	for document := range strings.SplitSeq(stream, "---\n") {
		var o struct {
			Kind     string
			Metadata struct{ Namespace string }
		}
		body, err := yaml.ToJSON([]byte(document))
		if err == nil {
			err = json.Unmarshal(body, &o)
		}
		if err != nil {
			t.Fatal(err)
		}
		path := fmt.Sprintf("%s/apis/cert-manager.io/v1/namespaces/%s/%ss", url, o.Metadata.Namespace, strings.ToLower(o.Kind))
		request, _ := http.NewRequest(http.MethodPost, path, bytes.NewReader(body))
		exchange(t, request)
	}
}

func exchange(t *testing.T, request *http.Request) {
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if text, _ := io.ReadAll(response.Body); response.StatusCode > 299 {
		t.Fatalf("%s %s: %s: %s", request.Method, request.URL, response.Status, text)
	}
}

func await(t *testing.T, condition func() bool) {
	t.Helper()
	for end := time.Now().Add(time.Minute); !condition(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("did not happen within a minute")
		}
	}
}

// data is that of a secret which holds a certificate.
func (a *api) data(key string) map[string][]byte {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	data, _ := a.objects[key]["data"].(object)
	if data["tls.crt"] == nil {
		return nil
	}
	decoded := map[string][]byte{}
	for name, value := range data {
		text, _ := value.(string)
		decoded[name], _ = base64.StdEncoding.DecodeString(text)
	}
	return decoded
}

func (a *api) ready(key string) bool {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	status, _ := a.objects[key]["status"].(object)
	conditions, _ := status["conditions"].([]any)
	return slices.ContainsFunc(conditions, func(c any) bool {
		condition, _ := c.(object)
		return condition["type"] == "Ready" && condition["status"] == "True"
	})
}
