package main

import (
	"encoding/binary"
	"encoding/hex"
	"hash/crc32"
	"net"
	"testing"
)

func TestChecksumOfAKnownHeader(t *testing.T) {
	// The example of RFC 1071's reader: a header with its checksum, b861, taken out.
	header, err := hex.DecodeString("45000073000040004011" + "0000" + "c0a80001c0a800c7")
	if err != nil {
		t.Fatal(err)
	}
	if got := checksum(header); got != 0xb861 {
		t.Errorf("%04x", got)
	}
}

// A receiver sums up the checksum, too, and wants 0.
func TestPacketsAddUp(t *testing.T) {
	a, b := net.IPv4(10, 244, 1, 2), net.IPv4(10, 244, 2, 3)
	packet := udpPacket(&net.UDPAddr{IP: a, Port: 7000}, &net.UDPAddr{IP: b, Port: 7001}, "odd")
	segment := tcpSegment(&net.TCPAddr{IP: a, Port: 7000}, &net.TCPAddr{IP: b, Port: 7001}, tcpACK)
	for name, sum := range map[string]uint16{
		"IP header": checksum(packet[:20]),
		"UDP":       checksum(append(pseudoHeader(a, b, protocolUDP, len(packet)-20), packet[20:]...)),
		"TCP":       checksum(append(pseudoHeader(a, b, protocolTCP, len(segment)), segment...)),
		"ICMP":      checksum(icmpMessage(icmpEcho, 0, []byte{1, 2, 3, 4, 5})),
	} {
		if sum != 0 {
			t.Errorf("%s: %04x", name, sum)
		}
	}
	if length := binary.BigEndian.Uint16(packet[2:]); int(length) != len(packet) {
		t.Errorf("the header says %d bytes of %d", length, len(packet))
	}
}

func TestSCTPChecksum(t *testing.T) {
	p := sctpPacket(7000, 7001, 5, sctpInit)
	sum := binary.LittleEndian.Uint32(p[8:])
	copy(p[8:12], []byte{0, 0, 0, 0})
	if want := crc32.Checksum(p, castagnoli); sum != want || crc32.Checksum([]byte("123456789"), castagnoli) != 0xe3069283 {
		t.Errorf("%08x, want %08x", sum, want)
	}
	if chunk := binary.BigEndian.Uint16(p[14:]); int(chunk) != len(p)-12 {
		t.Errorf("the chunk says %d bytes", chunk)
	}
}
