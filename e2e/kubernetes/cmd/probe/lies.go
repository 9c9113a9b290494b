package main

import (
	"fmt"
	"net"
	"syscall"
	"time"
)

// sendRaw sends a packet with its header as it is.
func sendRaw(to net.IP, packet []byte) error {
	s, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_RAW, syscall.IPPROTO_RAW)
	if err != nil {
		return fmt.Errorf("no raw socket (CAP_NET_RAW?): %w", err)
	}
	defer syscall.Close(s)
	return syscall.Sendto(s, packet, 0, &syscall.SockaddrInet4{Addr: [4]byte(to.To4())})
}

func spoof(source, address, text string) error {
	to, err := net.ResolveUDPAddr("udp4", address)
	if err != nil {
		return err
	}
	from := net.ParseIP(source)
	if from.To4() == nil {
		return fmt.Errorf("%q is no IPv4 address", source)
	}
	if err := sendRaw(to.IP, udpPacket(&net.UDPAddr{IP: from, Port: 7000}, to, text)); err != nil {
		return err
	}
	fmt.Println("sent as", source)
	return nil
}

// unreachable quotes a datagram of the client, as a router or the server would.
func unreachable(client, server string) error {
	c, err := net.ResolveUDPAddr("udp4", client)
	if err != nil {
		return err
	}
	s, err := net.ResolveUDPAddr("udp4", server)
	if err != nil {
		return err
	}
	own, err := sourceFor(c.IP)
	if err != nil {
		return err
	}
	quoted := udpPacket(c, s, "0")
	message := icmpMessage(icmpUnreachable, portUnreachable, append([]byte{0, 0, 0, 0}, quoted[:28]...))
	if err := sendRaw(c.IP, ipv4Packet(own, c.IP, protocolICMP, message)); err != nil {
		return err
	}
	fmt.Println("sent from", own)
	return nil
}

func claim(address string) error {
	ip := net.ParseIP(address)
	if ip.To4() == nil {
		return fmt.Errorf("%q is no IPv4 address", address)
	}
	const arp = 0x0608 // ETH_P_ARP in network order
	s, err := syscall.Socket(syscall.AF_PACKET, syscall.SOCK_RAW, arp)
	if err != nil {
		return fmt.Errorf("no packet socket (CAP_NET_RAW?): %w", err)
	}
	defer syscall.Close(s)
	links, err := net.Interfaces()
	if err != nil {
		return err
	}
	for end := time.Now().Add(2 * time.Second); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		for _, l := range links {
			if len(l.HardwareAddr) != 6 || l.Flags&net.FlagUp == 0 {
				continue
			}
			to := &syscall.SockaddrLinklayer{Protocol: arp, Ifindex: l.Index, Halen: 6, Addr: [8]byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}}
			if err := syscall.Sendto(s, arpReply(l.HardwareAddr, ip), 0, to); err != nil {
				return err
			}
		}
	}
	fmt.Println("claimed", address)
	return nil
}

// sourceFor is the address that this host uses towards another.
func sourceFor(to net.IP) (net.IP, error) {
	c, err := net.Dial("udp4", net.JoinHostPort(to.String(), "9"))
	if err != nil {
		return nil, err
	}
	defer c.Close()
	return c.LocalAddr().(*net.UDPAddr).IP, nil
}
