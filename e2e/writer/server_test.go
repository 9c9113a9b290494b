package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"
)

const (
	serverProgram = "../images/build/bin/valkey-server-8.1"
	buildCommand  = "e2e/images/build.sh valkey-8.1"
	testUser      = "shop.cart~a"
)

// authority issues the certificates of a test.
type authority struct {
	t    *testing.T
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

func newAuthority(t *testing.T) *authority {
	t.Helper()
	a := &authority{t: t, cert: &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test authority"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}}
	a.key = newKey(t)
	return a
}

func newKey(t *testing.T) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, err)
	return key
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// issue writes NAME.crt and NAME.key for a host or a user.
func (a *authority) issue(dir, name string, host string) {
	a.t.Helper()
	key := newKey(a.t)
	leaf := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: name}, NotBefore: a.cert.NotBefore, NotAfter: a.cert.NotAfter,
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}
	if host != "" {
		leaf.DNSNames = []string{host}
	}
	der, err := x509.CreateCertificate(rand.Reader, leaf, a.cert, &key.PublicKey, a.key)
	must(a.t, err)
	keyDER, err := x509.MarshalPKCS8PrivateKey(key)
	must(a.t, err)
	writePEM(a.t, filepath.Join(dir, name+".crt"), "CERTIFICATE", der)
	writePEM(a.t, filepath.Join(dir, name+".key"), "PRIVATE KEY", keyDER)
}

func (a *authority) writeCA(file string) {
	a.t.Helper()
	der, err := x509.CreateCertificate(rand.Reader, a.cert, a.cert, &a.key.PublicKey, a.key)
	must(a.t, err)
	writePEM(a.t, file, "CERTIFICATE", der)
}

func writePEM(t *testing.T, file, kind string, der []byte) {
	t.Helper()
	must(t, os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600))
}

// writeBinding makes a complete binding directory.
func writeBinding(t *testing.T, a *authority, host string, port int, password string) string {
	t.Helper()
	dir := t.TempDir()
	a.writeCA(filepath.Join(dir, "ca.crt"))
	a.issue(dir, "tls", "")
	for name, value := range map[string]string{
		"type": "valkey", "provider": "cachecluster.dev", "host": host, "port": strconv.Itoa(port),
		"username": testUser, "password": password, "uri": fmt.Sprintf("rediss://%s:%d", host, port),
	} {
		must(t, os.WriteFile(filepath.Join(dir, name), []byte(value), 0o600))
	}
	return dir
}

// testServer is a Valkey on loopback, closed as the operator closes its servers unless a test opens it up.
type testServer struct {
	binding string
	target  Target
}

type serverOptions struct{ clientCertificates, protocols, acl, plainPort string }

func startServer(t *testing.T, o serverOptions) *testServer {
	t.Helper()
	if _, err := os.Stat(serverProgram); err != nil {
		t.Fatalf("%s is missing; build it with: %s", serverProgram, buildCommand)
	}
	password := "secret-of-" + newRun()
	dir, a, port := t.TempDir(), newAuthority(t), freePort(t)
	a.writeCA(filepath.Join(dir, "ca.crt"))
	a.issue(dir, "server", "cache.test")
	if o.clientCertificates == "" {
		o.clientCertificates = "yes"
	}
	if o.protocols == "" {
		o.protocols = "TLSv1.3"
	}
	if o.acl == "" {
		o.acl = "user default off"
	}
	must(t, os.WriteFile(filepath.Join(dir, "users.acl"),
		fmt.Appendf(nil, "%s\nuser %s on >%s ~* +@all\n", o.acl, testUser, password), 0o600))
	listen := fmt.Sprintf("port 0\ntls-port %d", port)
	if o.plainPort != "" {
		listen = fmt.Sprintf("port %d\ntls-port 0", port)
	}
	config := fmt.Sprintf("bind 127.0.0.1\n%s\ntls-cert-file %[2]s/server.crt\ntls-key-file %[2]s/server.key\ntls-ca-cert-file %[2]s/ca.crt\n"+
		"tls-auth-clients %s\ntls-protocols %q\naclfile %[2]s/users.acl\ndir %[2]s\nsave \"\"\nlogfile %[2]s/log\n",
		listen, dir, o.clientCertificates, o.protocols)
	must(t, os.WriteFile(filepath.Join(dir, "server.conf"), []byte(config), 0o600))
	process := exec.Command(serverProgram, filepath.Join(dir, "server.conf"))
	must(t, process.Start())
	t.Cleanup(func() {
		_ = process.Process.Kill()
		_ = process.Wait()
	})
	s := &testServer{binding: writeBinding(t, a, "cache.test", port, password)}
	s.target = Target{BindingDir: s.binding, Address: fmt.Sprintf("127.0.0.1:%d", port), Timeout: time.Second}
	await(t, "the server listens", func() bool {
		conn, err := net.Dial("tcp", s.target.Address)
		if err == nil {
			conn.Close()
		}
		return err == nil
	})
	return s
}

func freePort(t *testing.T) int {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	defer listener.Close()
	return listener.Addr().(*net.TCPAddr).Port
}

func await(t *testing.T, what string, condition func() bool) {
	t.Helper()
	deadline := time.Now().Add(10 * time.Second)
	for !condition() {
		if time.Now().After(deadline) {
			t.Fatalf("waited 10 s in vain until %s", what)
		}
		time.Sleep(10 * time.Millisecond)
	}
}

func (s *testServer) delete(t *testing.T, keys ...string) {
	t.Helper()
	client := s.target.NewClient(nil)
	defer client.Close()
	must(t, client.Del(context.Background(), keys...).Err())
}
