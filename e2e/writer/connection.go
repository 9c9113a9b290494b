package main

import (
	"context"
	"crypto/tls"
	"net"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"
)

// Target says how to reach the cache.
type Target struct {
	BindingDir string
	// Address replaces the binding's host and port as the place to dial; the server's name is still the binding's.
	Address   string
	Timeout   time.Duration
	Retries   int
	RetryWait time.Duration
}

func (t Target) address(b *Binding) string {
	if t.Address != "" {
		return t.Address
	}
	return b.Address()
}

// dial opens a TCP connection.
func (t Target) dial(ctx context.Context, address string) (net.Conn, error) {
	return (&net.Dialer{Timeout: t.Timeout}).DialContext(ctx, "tcp", address)
}

// dialTLS opens a connection the way every well-behaved client does: chain and name verified, nothing below TLS 1.3.
func (t Target) dialTLS(ctx context.Context) (*tls.Conn, *Binding, error) {
	b, err := ReadBinding(t.BindingDir)
	if err != nil {
		return nil, nil, err
	}
	raw, err := t.dial(ctx, t.address(b))
	if err != nil {
		return nil, nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, t.Timeout)
	defer cancel()
	conn := tls.Client(raw, b.TLS())
	if err := conn.HandshakeContext(ctx); err != nil {
		raw.Close()
		return nil, nil, err
	}
	return conn, b, nil
}

// NewClient gives a client with one connection of its own, so that a new client means a new connection. seen is told of
// each connection made; it may be nil.
func (t Target) NewClient(seen func(tls.ConnectionState)) *redis.Client {
	return redis.NewClient(&redis.Options{
		Addr: "binding", // for messages only; the dialer below knows better
		Dialer: func(ctx context.Context, _, _ string) (net.Conn, error) {
			conn, _, err := t.dialTLS(ctx)
			if err != nil {
				return nil, err
			}
			if seen != nil {
				seen(conn.ConnectionState())
			}
			return conn, nil
		},
		CredentialsProviderContext: func(context.Context) (string, string, error) {
			b, err := ReadBinding(t.BindingDir)
			if err != nil {
				return "", "", err
			}
			return b.Username, b.Password, nil
		},
		PoolSize:     1,
		DialTimeout:  t.Timeout,
		ReadTimeout:  t.Timeout,
		WriteTimeout: t.Timeout,
		// One attempt to connect per try, so that the number of tries is the one asked for.
		DialerRetries:            1,
		MaxRetries:               retriesOrNone(t.Retries),
		MinRetryBackoff:          t.RetryWait,
		MaxRetryBackoff:          t.RetryWait,
		ContextTimeoutEnabled:    true,
		DisableIdentity:          true,
		MaintNotificationsConfig: &maintnotifications.Config{Mode: maintnotifications.ModeDisabled},
	})
}

// retriesOrNone maps "no retries" to the client's word for it: its zero means its own default.
func retriesOrNone(retries int) int {
	if retries == 0 {
		return -1
	}
	return retries
}
