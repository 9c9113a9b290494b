// Command probe is the program of the test image: it serves, calls and holds connections.
package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"time"
)

const usage = `usage:
  probe serve ADDRESS...      echo every line, at each address (":7000")
  probe call ADDRESS [WAIT]   connect within WAIT (2s), send a line, print the answer
  probe hold ADDRESS          keep one connection; print a line for each echo
  probe burst ADDRESS TIME    call again and again for a TIME; print answers and failures
  probe write FILE TEXT       write a file
  probe read FILE             print a file
  probe lookup NAME           print its addresses
  probe wait                  do nothing`

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "probe:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	switch {
	case len(args) >= 2 && args[0] == "serve":
		failed := make(chan error)
		for _, a := range args[1:] {
			go func() { failed <- serve(a) }()
		}
		return <-failed
	case len(args) >= 2 && args[0] == "call":
		wait := 2 * time.Second
		if len(args) > 2 {
			var err error
			if wait, err = time.ParseDuration(args[2]); err != nil {
				return err
			}
		}
		return call(args[1], wait)
	case len(args) == 2 && args[0] == "hold":
		return hold(args[1])
	case len(args) == 3 && args[0] == "burst":
		d, err := time.ParseDuration(args[2])
		if err != nil {
			return err
		}
		return burst(args[1], d)
	case len(args) == 3 && args[0] == "write":
		return os.WriteFile(args[1], []byte(args[2]+"\n"), 0o644)
	case len(args) == 2 && args[0] == "read":
		b, err := os.ReadFile(args[1])
		fmt.Print(string(b))
		return err
	case len(args) == 2 && args[0] == "lookup":
		all, err := net.LookupHost(args[1])
		if err != nil {
			return err
		}
		fmt.Println(strings.Join(all, "\n"))
		return nil
	case len(args) == 1 && args[0] == "wait":
		wait()
	}
	return fmt.Errorf("unknown arguments %q\n%s", args, usage)
}

func wait() {
	for {
		time.Sleep(time.Hour)
	}
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

// hold sends a number every 100 ms over one connection and prints those that come back.
func hold(address string) error {
	c, err := net.Dial("tcp", address)
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
