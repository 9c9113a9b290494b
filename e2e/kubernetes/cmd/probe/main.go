// Command probe is the program of the test image: it serves, calls and holds connections, and tells lies about who sent a
// packet.
package main

import (
	"errors"
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
	"time"
)

const usage = `usage:
  probe serve TARGET...          echo everything, at each target (":7000")
  probe call ADDRESS [WAIT]      connect within WAIT (2s), send a line, print the answer
  probe try WAIT TARGET...       try all at the same time; print "TARGET ok", "TARGET lost" or "TARGET why" for each
  probe hold TARGET [PORT]       keep one connection (from PORT); print a line for each echo
  probe burst ADDRESS TIME       call again and again for a TIME; print answers and failures
  probe write FILE TEXT          write a file
  probe read FILE                print a file
  probe room PATH                print size and free bytes of the file system there
  probe fill FILE                write a file until the disk is full; print how much it took
  probe lookup NAME              print its addresses
  probe wait                     do nothing

A TARGET is ADDRESS or PROTOCOL/ADDRESS:
  tcp, udp, big-udp (in fragments), sctp    an echo comes back
  push                                      udp, and the server goes on sending without being asked
  connect                                   a TCP connection is made, no more
  ack                                       a TCP segment that belongs to no connection is answered
  icmp                                      the address (without port) answers a ping
  dns                                       the address answers a query for kubernetes.default.svc.cluster.local

Lies (these, sctp, ack and icmp need CAP_NET_RAW):
  probe spoof IP ADDRESS TEXT    send TEXT by UDP as if it came from IP
  probe unreachable CLIENT SERVER
                                 tell CLIENT (IP:PORT) that SERVER's UDP port is closed, without being SERVER
  probe arp IP                   claim for two seconds, on every link, to have IP`

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "probe:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) == 0 {
		return errors.New(usage)
	}
	order, args := args[0], args[1:]
	switch n := len(args); {
	case order == "serve" && n >= 1:
		return serveAll(args)
	case order == "call" && (n == 1 || n == 2):
		wait, err := duration(append(args, "2s")[1])
		if err != nil {
			return err
		}
		return call(args[0], wait)
	case order == "try" && n >= 2:
		wait, err := duration(args[0])
		if err != nil {
			return err
		}
		fmt.Println(strings.Join(tryAll(args[1:], wait), "\n"))
		return nil
	case order == "hold" && (n == 1 || n == 2):
		port, err := strconv.Atoi(append(args, "0")[1])
		if err != nil {
			return err
		}
		return hold(args[0], port)
	case order == "burst" && n == 2:
		d, err := duration(args[1])
		if err != nil {
			return err
		}
		return burst(args[0], d)
	case order == "write" && n == 2:
		return write(args[0], args[1]+"\n")
	case order == "read" && n == 1:
		b, err := os.ReadFile(args[0])
		fmt.Print(string(b))
		return err
	case order == "room" && n == 1:
		return room(args[0])
	case order == "fill" && n == 1:
		return fill(args[0])
	case order == "lookup" && n == 1:
		all, err := net.LookupHost(args[0])
		if err != nil {
			return err
		}
		fmt.Println(strings.Join(all, "\n"))
		return nil
	case order == "spoof" && n == 3:
		return spoof(args[0], args[1], args[2])
	case order == "unreachable" && n == 2:
		return unreachable(args[0], args[1])
	case order == "arp" && n == 1:
		return claim(args[0])
	case order == "wait" && n == 0:
		wait()
	}
	return fmt.Errorf("unknown arguments %q\n%s", os.Args[1:], usage)
}

func duration(s string) (time.Duration, error) { return time.ParseDuration(s) }

func wait() {
	for {
		time.Sleep(time.Hour)
	}
}

// protocol splits a target; without a word before the slash it is TCP.
func protocol(target string) (name, address string) {
	if name, address, ok := strings.Cut(target, "/"); ok {
		return name, address
	}
	return "tcp", target
}
