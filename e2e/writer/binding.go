package main

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// Binding is what an application gets to know about its cache: a mounted directory in the form of the Service Binding
// specification for Kubernetes, one file per entry.
type Binding struct {
	Type, Provider, Host, Port, Username, Password, URI string

	authorities *x509.CertPool
	certificate tls.Certificate
}

// ReadBinding reads the directory afresh. It is called for every new connection: passwords and certificates change while
// an application runs, and whoever keeps the first ones is locked out later.
func ReadBinding(dir string) (*Binding, error) {
	if _, err := os.Stat(dir); err != nil {
		return nil, fmt.Errorf("no binding at %s: mount the binding Secret there or name its directory with --binding (%w)", dir, err)
	}
	var missing []string
	read := func(name string) string {
		content, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			if errors.Is(err, fs.ErrNotExist) {
				missing = append(missing, name)
			} else {
				missing = append(missing, fmt.Sprintf("%s (%v)", name, err))
			}
		}
		return string(content)
	}
	text := func(name string) string { return strings.TrimRight(read(name), "\r\n") }
	b := &Binding{
		Type: text("type"), Provider: text("provider"), Host: text("host"), Port: text("port"),
		Username: text("username"), Password: text("password"), URI: text("uri"),
	}
	ca, cert, key := read("ca.crt"), read("tls.crt"), read("tls.key")
	if len(missing) > 0 {
		return nil, fmt.Errorf("the binding at %s lacks %s", dir, strings.Join(missing, ", "))
	}
	for name, value := range map[string]string{"host": b.Host, "username": b.Username, "password": b.Password} {
		if value == "" {
			return nil, fmt.Errorf("the binding at %s has an empty %s", dir, name)
		}
	}
	if port, err := strconv.ParseUint(b.Port, 10, 16); err != nil || port == 0 {
		return nil, fmt.Errorf("the binding at %s has port %q, which is not a port number", dir, b.Port)
	}
	b.authorities = x509.NewCertPool()
	if !b.authorities.AppendCertsFromPEM([]byte(ca)) {
		return nil, fmt.Errorf("%s holds no certificate", filepath.Join(dir, "ca.crt"))
	}
	var err error
	if b.certificate, err = tls.X509KeyPair([]byte(cert), []byte(key)); err != nil {
		return nil, fmt.Errorf("tls.crt and tls.key of the binding at %s do not fit together: %w", dir, err)
	}
	return b, nil
}

// Address is where the cache listens.
func (b *Binding) Address() string { return net.JoinHostPort(b.Host, b.Port) }

// TLS trusts the binding's authorities only, and only for the binding's host name.
func (b *Binding) TLS() *tls.Config {
	return &tls.Config{
		MinVersion:   tls.VersionTLS13,
		ServerName:   b.Host,
		RootCAs:      b.authorities,
		Certificates: []tls.Certificate{b.certificate},
	}
}
