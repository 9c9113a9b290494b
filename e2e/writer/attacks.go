package main

import (
	"bufio"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net"
	"strings"
	"syscall"
	"time"
)

// Finding is what became of one wrong way to connect.
type Finding struct {
	Attack  string
	Refused bool
	How     string
}

func (f Finding) String() string {
	word := "REFUSED "
	if !f.Refused {
		word = "ACCEPTED"
	}
	return fmt.Sprintf("%s  %-22s %s", word, f.Attack, f.How)
}

// Attacks tries six wrong ways to connect. First it connects the right way: a cache that answers nobody refuses nothing.
func Attacks(ctx context.Context, target Target) ([]Finding, error) {
	client := target.NewClient(nil)
	defer client.Close()
	if err := client.Ping(ctx).Err(); err != nil {
		return nil, fmt.Errorf("the right way to connect fails, so refusals would prove nothing: %w", err)
	}
	b, err := ReadBinding(target.BindingDir)
	if err != nil {
		return nil, err
	}
	stranger, err := foreignCertificate(b.Username)
	if err != nil {
		return nil, err
	}
	change := func(f func(*tls.Config)) *tls.Config {
		config := b.TLS()
		f(config)
		return config
	}
	a := attacker{ctx, target, target.address(b)}
	return []Finding{
		a.plaintext(),
		a.byServer("no client certificate", change(func(c *tls.Config) { c.Certificates = nil })),
		a.byServer("foreign CA", change(func(c *tls.Config) {
			// Presented whatever authorities the server asks for: left to itself the library would send none.
			c.Certificates = nil
			c.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return stranger, nil }
		})),
		a.wrongName(change(func(c *tls.Config) { c.ServerName = "not-this-cache.invalid" })),
		a.byServer("TLS 1.2", change(func(c *tls.Config) { c.MinVersion, c.MaxVersion = tls.VersionTLS12, tls.VersionTLS12 })),
		a.noPassword(b.TLS()),
	}, nil
}

type attacker struct {
	ctx     context.Context
	target  Target
	address string
}

const ping = "PING\r\n"

// ask sends PING and reads the first line of an answer.
func ask(conn net.Conn) (string, error) {
	if _, err := io.WriteString(conn, ping); err != nil {
		return "", err
	}
	line, err := bufio.NewReader(io.LimitReader(conn, 1024)).ReadString('\n')
	if line != "" {
		return strings.TrimSpace(line), nil
	}
	return "", err
}

func (a attacker) open() (net.Conn, error) {
	conn, err := a.target.dial(a.ctx, a.address)
	if err == nil {
		err = conn.SetDeadline(time.Now().Add(a.target.Timeout))
	}
	return conn, err
}

// attempt opens a connection, over TLS if config is given, and gives the answer to PING.
func (a attacker) attempt(config *tls.Config) (string, error) {
	conn, err := a.open()
	if err != nil {
		return "", err
	}
	defer conn.Close()
	if config == nil {
		return ask(conn)
	}
	secured := tls.Client(conn, config)
	if err := secured.HandshakeContext(a.ctx); err != nil {
		return "", err
	}
	return ask(secured)
}

func (a attacker) plaintext() Finding {
	answer, err := a.attempt(nil)
	// A TLS alert record instead of an answer in the server's protocol is a refusal as well.
	if err == nil && strings.HasPrefix(answer, "\x15\x03") {
		return Finding{"plaintext", true, "the server answered with a TLS alert"}
	}
	return judge("plaintext", answer, err)
}

func (a attacker) byServer(name string, config *tls.Config) Finding {
	answer, err := a.attempt(config)
	return judge(name, answer, err)
}

// judge takes for a refusal only what the server did: an alert or a closed connection. An answer of the server's protocol
// means that it let us in, even if it is an error; silence proves nothing.
func judge(name, answer string, err error) Finding {
	var operation *net.OpError
	switch {
	case err == nil:
		return Finding{name, false, fmt.Sprintf("the server answered %q", answer)}
	case errors.As(err, &operation) && operation.Op == "remote error":
		return Finding{name, true, "by the server: " + operation.Err.Error()}
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE), errors.Is(err, io.EOF):
		return Finding{name, true, "by the server: it closed the connection"}
	default:
		return Finding{name, false, "unclear, counted as accepted: " + err.Error()}
	}
}

// wrongName must be refused by this side, which is what protects it from another holder of a good certificate.
func (a attacker) wrongName(config *tls.Config) Finding {
	const name = "wrong host name"
	answer, err := a.attempt(config)
	var mismatch x509.HostnameError
	switch {
	case errors.As(err, &mismatch):
		return Finding{name, true, "by the client: " + mismatch.Error()}
	case err == nil:
		return Finding{name, false, fmt.Sprintf("the client took the certificate, the server answered %q", answer)}
	default:
		return Finding{name, false, "unclear, counted as accepted: " + err.Error()}
	}
}

func (a attacker) noPassword(config *tls.Config) Finding {
	const name = "no password"
	answer, err := a.attempt(config)
	switch {
	case err != nil:
		return Finding{name, false, "unclear, counted as accepted: " + err.Error()}
	case strings.HasPrefix(answer, "-NOAUTH"):
		return Finding{name, true, "by the server: " + strings.TrimPrefix(answer, "-")}
	default:
		return Finding{name, false, fmt.Sprintf("the server answered %q", answer)}
	}
}

// foreignCertificate is a client certificate for the same user, of an authority made up on the spot.
func foreignCertificate(user string) (*tls.Certificate, error) {
	now := time.Now()
	authority := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "a foreign authority"},
		NotBefore: now.Add(-time.Hour), NotAfter: now.Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	authorityKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	leaf := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: user},
		NotBefore: authority.NotBefore, NotAfter: authority.NotAfter,
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	der, err := x509.CreateCertificate(rand.Reader, leaf, authority, &key.PublicKey, authorityKey)
	if err != nil {
		return nil, err
	}
	return &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, nil
}
