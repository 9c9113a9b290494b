// Package outside is a host that is not part of the cluster: a network namespace with one address and a server that
// answers and writes down who called.
package outside

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"time"

	"cachecluster.dev/kuberig/internal/network"
	"cachecluster.dev/kuberig/internal/process"
	"cachecluster.dev/kuberig/internal/rig"
)

// Main makes the host and serves until it is killed.
func Main(r *rig.Rig) error {
	if err := process.WaitFor("eth0", 20*time.Second, func() bool { return process.Exists("/proc/sys/net/ipv4/conf/eth0") }); err != nil {
		return err
	}
	steps := [][]string{
		{"ip", "link", "set", "lo", "up"},
		{"ip", "addr", "add", network.OutsideIP + "/32", "dev", "eth0"},
		{"ip", "link", "set", "eth0", "up"},
		{"ip", "route", "add", network.FabricCIDR, "dev", "eth0", "src", network.OutsideIP},
	}
	for _, n := range r.NodeNumbers() {
		steps = append(steps, []string{"ip", "route", "add", network.NodePodCIDR(n), "via", network.NodeIP(n)})
	}
	if err := process.RunAll(steps); err != nil {
		return err
	}
	log, err := os.OpenFile(r.Log("outside"), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o644)
	if err != nil {
		return err
	}
	failed := make(chan error)
	for _, port := range network.OutsidePorts {
		l, err := net.Listen("tcp", fmt.Sprintf(":%d", port))
		if err != nil {
			return err
		}
		go func() { failed <- serve(l, log) }()
	}
	return <-failed
}

func serve(l net.Listener, log io.Writer) error {
	for {
		c, err := l.Accept()
		if err != nil {
			return err
		}
		// One line in one write, so that lines of two ports do not mix.
		line := fmt.Sprintf("%s from %s to %s\n", time.Now().UTC().Format(time.RFC3339Nano), c.RemoteAddr(), c.LocalAddr())
		if _, err := io.WriteString(log, line); err != nil {
			return err
		}
		go answer(c)
	}
}

// answer speaks HTTP to those who begin with a request, and sends everybody else's bytes back.
func answer(c net.Conn) {
	defer c.Close()
	in := bufio.NewReader(c)
	// The first bytes decide; a request's method comes in one piece.
	if _, err := in.Peek(1); err != nil {
		return
	}
	start, _ := in.Peek(min(4, in.Buffered()))
	if !isHTTP(string(start)) {
		_, _ = io.Copy(c, in)
		return
	}
	q, err := http.ReadRequest(in)
	if err != nil {
		return
	}
	body := fmt.Sprintf("%s %s from %s\n", q.Method, q.URL.Path, c.RemoteAddr())
	a := http.Response{
		StatusCode: http.StatusOK, ProtoMajor: 1, ProtoMinor: 1, Request: q, Close: true,
		Header: http.Header{"Content-Type": {"text/plain"}}, ContentLength: int64(len(body)), Body: io.NopCloser(strings.NewReader(body)),
	}
	_ = a.Write(c)
}

func isHTTP(start string) bool {
	switch start {
	case "GET ", "HEAD", "POST", "PUT ":
		return true
	}
	return false
}
