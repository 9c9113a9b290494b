// Package network says how a rig's networks are addressed and which packets its parts let through.
//
// The fabric is a network namespace with one bridge, 10.200.0.0/24. The control plane lives in it at 10.200.0.1, every
// node is plugged into it at 10.200.0.11 and up, and a host outside the cluster at 203.0.113.10. None of them has a
// default route: nothing leads to the machine's own network. All addresses are private to the rig, so two rigs on one
// machine use the same ones.
package network

import "fmt"

// Addresses of a rig.
const (
	FabricCIDR  = "10.200.0.0/24"
	APIServerIP = "10.200.0.1"
	PodCIDR     = "10.244.0.0/16"
	ServiceCIDR = "10.96.0.0/16"
	// APIServiceIP is the first address of the service range, which "kubernetes.default" gets.
	APIServiceIP = "10.96.0.1"
	DNSIP        = "10.96.0.10"
	// OutsideIP is of a range that is reserved for documentation, so it can be mistaken for nobody's.
	OutsideIP = "203.0.113.10"
	Bridge    = "br0"
)

// OutsidePorts are where the outside host listens.
var OutsidePorts = []int{80, 7000}

// NodeIP is the address of the n-th node.
func NodeIP(node int) string { return fmt.Sprintf("10.200.0.%d", 10+node) }

// NodePodCIDR is the range of the pods of the n-th node.
func NodePodCIDR(node int) string { return fmt.Sprintf("10.244.%d.0/24", node) }

// NodeMAC is the hardware address of the n-th node, by which the other nodes know who sent a frame.
func NodeMAC(node int) string { return fmt.Sprintf("02:6b:72:00:00:%02x", node) }

// Cable is the fabric's end of a node's link.
func Cable(node int) string { return fmt.Sprintf("cable-n%d", node) }
