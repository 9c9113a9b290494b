// Package controlplane is what runs in the fabric's network namespace: the bridge, etcd, the API server and its
// companions.
package controlplane

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
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

// Main makes the fabric, starts everything and never returns but with an error.
func Main(r *rig.Rig) error {
	steps := [][]string{
		{"ip", "link", "set", "lo", "up"},
		{"ip", "link", "add", network.Bridge, "type", "bridge", "forward_delay", "0"},
		{"ip", "addr", "add", network.APIServerIP + "/24", "dev", network.Bridge},
		{"ip", "link", "set", network.Bridge, "up"},
	}
	for _, n := range r.NodeNumbers() {
		steps = append(steps, []string{"ip", "route", "add", network.NodePodCIDR(n), "via", network.NodeIP(n)})
	}
	if err := process.RunAll(steps); err != nil {
		return err
	}
	// Frames between nodes cross the bridge as they are; a kernel without bridge netfilter has no such setting.
	_ = process.SetSysctl("net/bridge/bridge-nf-call-iptables", "0")
	if err := os.WriteFile(r.Path("run", "fabric.ready"), nil, 0o644); err != nil {
		return err
	}
	go forward(os.NewFile(3, "listener"), "127.0.0.1:6443")

	process.Keep("etcd", r.Log("etcd"), r.Kuberig(), "component", "etcd", "--data-dir", r.Path("etcd"))
	api := process.Keep("kube-apiserver", r.Log("kube-apiserver"), component(r, "kube-apiserver", apiServerFlags(r))...)
	go takeOrders(r.Path("run", "control-plane.sock"), api)
	if err := waitReady(r); err != nil {
		return err
	}
	process.Keep("kube-controller-manager", r.Log("kube-controller-manager"), component(r, "kube-controller-manager", controllerManagerFlags(r))...)
	process.Keep("kube-scheduler", r.Log("kube-scheduler"), component(r, "kube-scheduler", schedulerFlags(r))...)
	process.Keep("volumes", r.Log("volumes"), r.VolumeDriver(), "controller", "--kubeconfig", r.Path("kubeconfig", "admin-inside"), "--root", r.Path("volumes"))
	select {}
}

func component(r *rig.Rig, name string, flags []string) []string {
	return append([]string{r.Kuberig(), "component", name}, flags...)
}

// waitReady waits until the API server has made its roles. Whoever comes before is refused, and then waits for seconds
// before it tries again.
func waitReady(r *rig.Rig) error {
	ca, err := os.ReadFile(r.Path("pki", "ca.crt"))
	if err != nil {
		return err
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(ca)
	client := &http.Client{Timeout: time.Second, Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}}}
	defer client.CloseIdleConnections()
	err = process.WaitFor("the API server", 2*time.Minute, func() bool {
		a, err := client.Get("https://" + network.APIServerIP + ":6443/readyz")
		if err != nil {
			return false
		}
		_ = a.Body.Close()
		return a.StatusCode == http.StatusOK
	})
	if err != nil {
		return fmt.Errorf("%w; see %s", err, r.Log("kube-apiserver"))
	}
	return nil
}

// takeOrders holds and releases the API server.
func takeOrders(socket string, api *process.Keeper) {
	l, err := net.Listen("unix", socket)
	if err != nil {
		fmt.Fprintln(os.Stderr, "control plane:", err)
		return
	}
	for {
		c, err := l.Accept()
		if err != nil {
			fmt.Fprintln(os.Stderr, "control plane:", err)
			return
		}
		order, _ := bufio.NewReader(c).ReadString('\n')
		changed := false
		switch strings.TrimSpace(order) {
		case "hold":
			changed = api.Hold()
		case "release":
			changed = api.Release()
		}
		if changed {
			fmt.Fprintln(c, "changed")
		} else {
			fmt.Fprintln(c, "same")
		}
		c.Close()
	}
}

// forward accepts on a listener of the machine's network namespace and dials inside this one.
func forward(f *os.File, to string) {
	l, err := net.FileListener(f)
	if err != nil {
		fmt.Fprintln(os.Stderr, "control plane: no listener:", err)
		return
	}
	for {
		c, err := l.Accept()
		if err != nil {
			fmt.Fprintln(os.Stderr, "control plane:", err)
			return
		}
		go carry(c.(*net.TCPConn), to)
	}
}

func carry(c *net.TCPConn, to string) {
	defer c.Close()
	d, err := net.Dial("tcp", to)
	if err != nil {
		_ = c.SetLinger(0) // the caller sees a reset, as from a server that is not there
		return
	}
	defer d.Close()
	up := d.(*net.TCPConn)
	go func() {
		_, _ = io.Copy(up, c)
		_ = up.CloseWrite()
	}()
	_, _ = io.Copy(c, up)
	_ = c.CloseWrite()
}
