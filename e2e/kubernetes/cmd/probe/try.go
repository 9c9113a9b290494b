package main

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"strings"
	"sync"
	"syscall"
	"time"
)

// tryAll tries every target at the same time, so that many lost packets take no longer than one.
func tryAll(targets []string, wait time.Duration) []string {
	lines := make([]string, len(targets))
	var all sync.WaitGroup
	for i, t := range targets {
		all.Add(1)
		go func() {
			defer all.Done()
			lines[i] = t + " " + verdict(try(t, time.Now().Add(wait)))
		}()
	}
	all.Wait()
	return lines
}

// verdict tells a lost packet from one that somebody answered with a refusal.
func verdict(err error) string {
	var timeout net.Error
	switch {
	case err == nil:
		return "ok"
	case errors.Is(err, os.ErrDeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return "lost"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "refused"
	}
	return strings.ReplaceAll(err.Error(), "\n", " ")
}

func try(target string, end time.Time) error {
	name, address := protocol(target)
	switch name {
	case "tcp", "connect":
		return tryTCP(address, end, name == "tcp")
	case "udp":
		return tryUDP(address, end, 20)
	case "big-udp":
		return tryUDP(address, end, 4000) // three fragments
	case "sctp":
		return trySCTP(address, end)
	case "ack":
		return tryACK(address, end)
	case "icmp":
		return tryPing(address, end)
	case "dns":
		return tryDNS(address, end)
	}
	return fmt.Errorf("unknown protocol %q", name)
}

func tryTCP(address string, end time.Time, echo bool) error {
	c, err := (&net.Dialer{Deadline: end}).Dial("tcp", address)
	if err != nil || !echo {
		if err == nil {
			c.Close()
		}
		return err
	}
	defer c.Close()
	return exchange(c, end, "hello tcp\n")
}

func tryUDP(address string, end time.Time, size int) error {
	local, address := localPort(address)
	c, err := (&net.Dialer{LocalAddr: &net.UDPAddr{Port: local}}).Dial("udp4", address)
	if err != nil {
		return err
	}
	defer c.Close()
	return exchange(c, end, strings.Repeat("u", size))
}

// localPort takes a port of one's own away: "7001>10.244.1.2:7000".
func localPort(address string) (port int, rest string) {
	if own, rest, ok := strings.Cut(address, ">"); ok {
		if _, err := fmt.Sscan(own, &port); err == nil {
			return port, rest
		}
	}
	return 0, address
}

// exchange wants back what it sends. Datagrams get lost even where they are allowed, so it sends twice.
func exchange(c net.Conn, end time.Time, text string) error {
	var err error
	for _, until := range []time.Time{time.Now().Add(time.Until(end) / 2), end} {
		if err := c.SetDeadline(until); err != nil {
			return err
		}
		if _, err := fmt.Fprint(c, text); err != nil {
			return err
		}
		b := make([]byte, len(text))
		var n int
		if n, err = c.Read(b); err == nil && string(b[:n]) != text {
			return fmt.Errorf("%d other bytes came back", n)
		}
		if !errors.Is(err, os.ErrDeadlineExceeded) {
			return err
		}
	}
	return err
}

// answer reads raw packets until one is the answer.
func answer(c net.PacketConn, end time.Time, from net.IP, right func(b []byte) bool) error {
	if err := c.SetDeadline(end); err != nil {
		return err
	}
	for b := make([]byte, 65536); ; {
		n, sender, err := c.ReadFrom(b)
		if err != nil {
			return err
		}
		if sender.(*net.IPAddr).IP.Equal(from) && right(b[:n]) {
			return nil
		}
	}
}

func rawTo(network, address string) (c net.PacketConn, to *net.TCPAddr, own uint16, err error) {
	if to, err = net.ResolveTCPAddr("tcp4", address); err != nil {
		return nil, nil, 0, err
	}
	c, err = net.ListenPacket(network, "0.0.0.0")
	return c, to, uint16(32768 + rand.IntN(28000)), err
}

func trySCTP(address string, end time.Time) error {
	c, to, own, err := rawTo("ip4:132", address)
	if err != nil {
		return err
	}
	defer c.Close()
	if _, err := c.WriteTo(sctpPacket(own, uint16(to.Port), 0, sctpInit), &net.IPAddr{IP: to.IP}); err != nil {
		return err
	}
	return answer(c, end, to.IP, func(b []byte) bool {
		return len(b) >= 20 && binary.BigEndian.Uint16(b[2:]) == own && b[12] == sctpInitAck
	})
}

// tryACK sends a segment of no connection. Whoever gets it resets.
func tryACK(address string, end time.Time) error {
	c, to, own, err := rawTo("ip4:6", address)
	if err != nil {
		return err
	}
	defer c.Close()
	source, err := sourceFor(to.IP)
	if err != nil {
		return err
	}
	if _, err := c.WriteTo(tcpSegment(&net.TCPAddr{IP: source, Port: int(own)}, to, tcpACK), &net.IPAddr{IP: to.IP}); err != nil {
		return err
	}
	return answer(c, end, to.IP, func(b []byte) bool {
		return len(b) >= 20 && binary.BigEndian.Uint16(b[2:]) == own && b[13]&tcpRST != 0
	})
}

func tryPing(address string, end time.Time) error {
	ip := net.ParseIP(address)
	c, err := net.ListenPacket("ip4:icmp", "0.0.0.0")
	if err != nil {
		return err
	}
	defer c.Close()
	id := []byte{byte(rand.IntN(256)), byte(rand.IntN(256)), 0, 1}
	if _, err := c.WriteTo(icmpMessage(icmpEcho, 0, append(id, "kuberig!"...)), &net.IPAddr{IP: ip}); err != nil {
		return err
	}
	return answer(c, end, ip, func(b []byte) bool { return len(b) >= 8 && b[0] == icmpEchoReply && string(b[4:8]) == string(id) })
}

func tryDNS(address string, end time.Time) error {
	ctx, cancel := context.WithDeadline(context.Background(), end)
	defer cancel()
	r := &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, network, address)
	}}
	_, err := r.LookupIP(ctx, "ip4", "kubernetes.default.svc.cluster.local.")
	return err
}
