package main

import (
	"encoding/binary"
	"hash/crc32"
	"net"
)

// Protocols, types and flags as they stand in packets.
const (
	protocolICMP = 1
	protocolTCP  = 6
	protocolUDP  = 17

	icmpEchoReply   = 0
	icmpUnreachable = 3
	icmpEcho        = 8
	portUnreachable = 3 // the code of an icmpUnreachable

	tcpRST, tcpACK = 0x04, 0x10

	sctpInit, sctpInitAck = 1, 2
)

// ipv4Packet puts a header before a payload.
func ipv4Packet(from, to net.IP, protocol byte, payload []byte) []byte {
	b := make([]byte, 20, 20+len(payload))
	b[0] = 0x45
	binary.BigEndian.PutUint16(b[2:], uint16(20+len(payload)))
	b[8], b[9] = 64, protocol
	copy(b[12:], from.To4())
	copy(b[16:], to.To4())
	binary.BigEndian.PutUint16(b[10:], checksum(b))
	return append(b, payload...)
}

func udpPacket(from, to *net.UDPAddr, text string) []byte {
	b := make([]byte, 8, 8+len(text))
	binary.BigEndian.PutUint16(b, uint16(from.Port))
	binary.BigEndian.PutUint16(b[2:], uint16(to.Port))
	binary.BigEndian.PutUint16(b[4:], uint16(8+len(text)))
	b = append(b, text...)
	sum := checksum(append(pseudoHeader(from.IP, to.IP, protocolUDP, len(b)), b...))
	if sum == 0 {
		sum = 0xffff // 0 would mean that there is none
	}
	binary.BigEndian.PutUint16(b[6:], sum)
	return ipv4Packet(from.IP, to.IP, protocolUDP, b)
}

// tcpSegment is one without data and without its IP header.
func tcpSegment(from, to *net.TCPAddr, flags byte) []byte {
	b := make([]byte, 20)
	binary.BigEndian.PutUint16(b, uint16(from.Port))
	binary.BigEndian.PutUint16(b[2:], uint16(to.Port))
	binary.BigEndian.PutUint32(b[4:], 1000)
	binary.BigEndian.PutUint32(b[8:], 1000)
	b[12], b[13] = 5<<4, flags
	binary.BigEndian.PutUint16(b[14:], 1024)
	binary.BigEndian.PutUint16(b[16:], checksum(append(pseudoHeader(from.IP, to.IP, protocolTCP, len(b)), b...)))
	return b
}

func pseudoHeader(from, to net.IP, protocol byte, length int) []byte {
	b := make([]byte, 12)
	copy(b, from.To4())
	copy(b[4:], to.To4())
	b[9] = protocol
	binary.BigEndian.PutUint16(b[10:], uint16(length))
	return b
}

// icmpMessage is one without its IP header. Rest is what follows the checksum.
func icmpMessage(kind, code byte, rest []byte) []byte {
	b := append([]byte{kind, code, 0, 0}, rest...)
	binary.BigEndian.PutUint16(b[2:], checksum(b))
	return b
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// sctpPacket is one with a single INIT or INIT ACK chunk, without its IP header (RFC 9260, 3.3.2 and appendix A).
func sctpPacket(from, to uint16, tag uint32, chunk byte) []byte {
	b := make([]byte, 32)
	binary.BigEndian.PutUint16(b, from)
	binary.BigEndian.PutUint16(b[2:], to)
	binary.BigEndian.PutUint32(b[4:], tag)
	b[12] = chunk
	binary.BigEndian.PutUint16(b[14:], 20)
	binary.BigEndian.PutUint32(b[16:], 0x6b756265) // the tag that the other end is to use
	binary.BigEndian.PutUint32(b[20:], 65536)
	binary.BigEndian.PutUint16(b[24:], 1)
	binary.BigEndian.PutUint16(b[26:], 1)
	binary.BigEndian.PutUint32(b[28:], 1)
	binary.LittleEndian.PutUint32(b[8:], crc32.Checksum(b, castagnoli))
	return b
}

// arpReply is a whole frame to everybody, which says that an address is at a hardware address.
func arpReply(mac net.HardwareAddr, ip net.IP) []byte {
	b := []byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}
	b = append(b, mac...)
	b = append(b, 0x08, 0x06, 0, 1, 0x08, 0, 6, 4, 0, 2)
	b = append(b, mac...)
	b = append(b, ip.To4()...)
	b = append(b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff)
	return append(b, ip.To4()...)
}

// checksum is the internet's (RFC 1071).
func checksum(b []byte) uint16 {
	var sum uint32
	for i := 0; i+1 < len(b); i += 2 {
		sum += uint32(b[i])<<8 | uint32(b[i+1])
	}
	if len(b)%2 == 1 {
		sum += uint32(b[len(b)-1]) << 8
	}
	for sum > 0xffff {
		sum = sum>>16 + sum&0xffff
	}
	return ^uint16(sum)
}
