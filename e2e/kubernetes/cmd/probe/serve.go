package main

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"os"
	"strconv"
	"time"
)

func serveAll(targets []string) error {
	failed := make(chan error)
	for _, t := range targets {
		name, address := protocol(t)
		switch name {
		case "tcp":
			go func() { failed <- serve(address) }()
		case "udp":
			go func() { failed <- serveUDP(address, echo) }()
		case "push":
			go func() { failed <- serveUDP(address, push) }()
		case "sctp":
			go func() { failed <- serveSCTP(address) }()
		default:
			return fmt.Errorf("%q: only tcp, udp, push and sctp can be served", t)
		}
	}
	return <-failed
}

func serve(address string) error {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	fmt.Println("serving", l.Addr())
	for {
		c, err := l.Accept()
		if err != nil {
			return err
		}
		fmt.Println("from", c.RemoteAddr())
		go func() {
			defer c.Close()
			_, _ = io.Copy(c, c)
		}()
	}
}

func serveUDP(address string, answer func(c net.PacketConn, from net.Addr, text []byte)) error {
	c, err := net.ListenPacket("udp4", address)
	if err != nil {
		return err
	}
	fmt.Println("serving udp", c.LocalAddr())
	for b := make([]byte, 65536); ; {
		n, from, err := c.ReadFrom(b)
		if err != nil {
			return err
		}
		fmt.Printf("udp from %s: %.20q\n", from, b[:n])
		answer(c, from, append([]byte{}, b[:n]...))
	}
}

func echo(c net.PacketConn, from net.Addr, text []byte) {
	_, _ = c.WriteTo(text, from) // whoever does not hear it asks again
}

// push goes on sending for a minute, as a server whose client said nothing more.
func push(c net.PacketConn, from net.Addr, _ []byte) {
	go func() {
		for i := range 600 {
			_, _ = fmt.Fprint(writer{c, from}, i)
			time.Sleep(100 * time.Millisecond)
		}
	}()
}

type writer struct {
	net.PacketConn
	to net.Addr
}

func (w writer) Write(b []byte) (int, error) { return w.WriteTo(b, w.to) }

// serveSCTP answers the first packet of an association. It does so by hand, because not every kernel speaks SCTP.
func serveSCTP(address string) error {
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		return err
	}
	number, err := strconv.ParseUint(port, 10, 16)
	if err != nil {
		return err
	}
	c, err := net.ListenPacket("ip4:132", "0.0.0.0")
	if err != nil {
		return err
	}
	for b := make([]byte, 65536); ; {
		n, from, err := c.ReadFrom(b)
		if err != nil {
			return err
		}
		if n < 20 || binary.BigEndian.Uint16(b[2:]) != uint16(number) || b[12] != sctpInit {
			continue
		}
		fmt.Println("sctp from", from)
		client, tag := binary.BigEndian.Uint16(b), binary.BigEndian.Uint32(b[16:])
		_, _ = c.WriteTo(sctpPacket(uint16(number), client, tag, sctpInitAck), from) // whoever does not hear it asks again
	}
}

func call(address string, wait time.Duration) error {
	c, err := net.DialTimeout("tcp", address, wait)
	if err != nil {
		return err
	}
	defer c.Close()
	if err := c.SetDeadline(time.Now().Add(wait)); err != nil {
		return err
	}
	if _, err := fmt.Fprintln(c, "hello"); err != nil {
		return err
	}
	line, err := bufio.NewReader(c).ReadString('\n')
	if err != nil {
		return err
	}
	fmt.Print("echo ", line)
	return nil
}

// burst calls from its first moment on, with little patience, so that a network that opens late shows as failures. Then
// it waits, because a pod that ended would be started again.
func burst(address string, d time.Duration) error {
	answers, failures := 0, 0
	var last error
	for end := time.Now().Add(d); time.Now().Before(end); {
		c, err := net.DialTimeout("tcp", address, 200*time.Millisecond)
		if err != nil {
			failures, last = failures+1, err
			continue
		}
		answers++
		c.Close()
		time.Sleep(50 * time.Millisecond)
	}
	fmt.Printf("answers: %d\nfailures: %d\n%v\n", answers, failures, last)
	wait()
	return nil
}

// hold sends a number every 100 ms over one connection and prints those that come back.
func hold(target string, port int) error {
	name, address := protocol(target)
	if name == "udp" || name == "push" {
		return holdUDP(name == "push", address, port)
	}
	c, err := (&net.Dialer{LocalAddr: &net.TCPAddr{Port: port}}).Dial("tcp", address)
	if err != nil {
		return err
	}
	defer c.Close()
	go func() {
		for i := 0; ; i++ {
			if _, err := fmt.Fprintln(c, i); err != nil {
				fmt.Println("broken:", err)
				os.Exit(1)
			}
			time.Sleep(100 * time.Millisecond)
		}
	}()
	_, err = io.Copy(os.Stdout, c)
	return err
}

// holdUDP asks once or again and again, and prints what comes back. An error of the network is printed, and not the end.
func holdUDP(once bool, address string, port int) error {
	c, err := (&net.Dialer{LocalAddr: &net.UDPAddr{Port: port}}).Dial("udp4", address)
	if err != nil {
		return err
	}
	defer c.Close()
	go func() {
		for i := 0; i == 0 || !once; i++ {
			if _, err := fmt.Fprint(c, i); err != nil {
				fmt.Println("broken:", err)
			}
			time.Sleep(100 * time.Millisecond)
		}
	}()
	for b := make([]byte, 65536); ; {
		n, err := c.Read(b)
		if err != nil {
			fmt.Println("broken:", err)
			continue
		}
		fmt.Printf("%s\n", b[:n])
	}
}
