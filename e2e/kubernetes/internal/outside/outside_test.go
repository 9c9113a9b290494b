package outside

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
)

// log is a writer that may be read while it is written.
type log struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *log) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(b)
}

func (l *log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func start(t *testing.T) (address string, lines *log) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	lines = &log{}
	go func() { _ = serve(l, lines) }() // ends with the listener
	return l.Addr().String(), lines
}

func TestEchoAndLog(t *testing.T) {
	address, lines := start(t)
	c, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	for _, text := range []string{"a\n", "GETAWAY\n"} { // short ones, and such as look like HTTP
		if _, err := io.WriteString(c, text); err != nil {
			t.Fatal(err)
		}
		got := make([]byte, len(text))
		if _, err := io.ReadFull(bufio.NewReader(c), got); err != nil || string(got) != text {
			t.Errorf("%q, %v", got, err)
		}
	}
	if want := fmt.Sprintf(" from %s to %s\n", c.LocalAddr(), address); !strings.Contains(lines.String(), want) {
		t.Errorf("no %q in %q", want, lines)
	}
}

func TestHTTP(t *testing.T) {
	address, _ := start(t)
	a, err := http.Get("http://" + address + "/some/path")
	if err != nil {
		t.Fatal(err)
	}
	defer a.Body.Close()
	b, err := io.ReadAll(a.Body)
	if err != nil || a.StatusCode != http.StatusOK || !strings.HasPrefix(string(b), "GET /some/path from 127.0.0.1:") {
		t.Errorf("%d %q %v", a.StatusCode, b, err)
	}
}
