package main

import (
	"net"
	"strings"
	"testing"
	"time"
)

func TestTriesTellOkFromRefusedFromLost(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	l.Close() // the port is free again, and the same number serves UDP
	failed := make(chan error, 2)
	go func() { failed <- serve(address) }()
	go func() { failed <- serveUDP(address, echo) }()
	deaf, err := net.ListenPacket("udp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer deaf.Close()
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed.Close()
	if err := retry(func() error { return try(address, time.Now().Add(time.Second)) }); err != nil {
		t.Fatal(err)
	}
	targets := []string{address, "connect/" + address, "udp/" + address, "big-udp/" + address, "udp/" + deaf.LocalAddr().String(), closed.Addr().String(), "udp/" + closed.Addr().String(), "smoke/1"}
	want := []string{"ok", "ok", "ok", "ok", "lost", "refused", "refused", `unknown protocol "smoke"`}
	for i, line := range tryAll(targets, 400*time.Millisecond) {
		if line != targets[i]+" "+want[i] {
			t.Errorf("%q, want %q", line, want[i])
		}
	}
	select {
	case err := <-failed:
		t.Error(err)
	default:
	}
}

func retry(f func() error) error {
	var err error
	for range 50 {
		if err = f(); err == nil {
			return nil
		}
		time.Sleep(20 * time.Millisecond)
	}
	return err
}

func TestLocalPort(t *testing.T) {
	for in, want := range map[string]struct {
		port int
		rest string
	}{"7001>10.244.1.2:7000": {7001, "10.244.1.2:7000"}, "10.244.1.2:7000": {0, "10.244.1.2:7000"}} {
		if port, rest := localPort(in); port != want.port || rest != want.rest {
			t.Errorf("%q: %d %q", in, port, rest)
		}
	}
}

func TestUsageNamesEveryOrder(t *testing.T) {
	for _, order := range []string{"serve", "call", "try", "hold", "burst", "write", "read", "lookup", "spoof", "unreachable", "arp", "wait"} {
		if !strings.Contains(usage, "probe "+order) {
			t.Errorf("the usage lacks %s", order)
		}
	}
	if err := run([]string{"nonsense"}); err == nil || !strings.Contains(err.Error(), "usage") {
		t.Errorf("%v", err)
	}
}
