package process

import (
	"fmt"
	"os"
	"os/exec"
	"sync"
	"syscall"
	"time"
)

// Keeper keeps one component running: it starts it again a second after it ended, unless it was told to hold.
type Keeper struct {
	name string
	log  string
	argv []string

	mu      sync.Mutex
	changed *sync.Cond
	held    bool
	running *os.Process
}

// Keep starts a component; its output is appended to the log file.
func Keep(name, log string, argv ...string) *Keeper {
	k := &Keeper{name: name, log: log, argv: argv}
	k.changed = sync.NewCond(&k.mu)
	go k.loop()
	return k
}

func (k *Keeper) loop() {
	for {
		k.mu.Lock()
		for k.held {
			k.changed.Wait()
		}
		k.mu.Unlock()
		if err := k.once(); err != nil {
			fmt.Fprintln(os.Stderr, k.name+":", err)
		}
		time.Sleep(time.Second)
	}
}

func (k *Keeper) once() error {
	f, err := os.OpenFile(k.log, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o644)
	if err != nil {
		return err
	}
	defer f.Close()
	c := exec.Command(k.argv[0], k.argv[1:]...)
	c.Stdout, c.Stderr = f, f
	begin := time.Now()
	k.mu.Lock()
	if k.held {
		k.mu.Unlock()
		return nil
	}
	err = c.Start()
	if err == nil {
		k.running = c.Process
	}
	k.mu.Unlock()
	if err == nil {
		err = c.Wait()
	}
	k.mu.Lock()
	k.running = nil
	k.changed.Broadcast()
	k.mu.Unlock()
	fmt.Fprintf(f, "=== %s ended after %s: %v\n", k.name, time.Since(begin).Round(time.Millisecond), err)
	return err
}

// Hold kills the component and does not start it again until Release. It says whether anything changed.
func (k *Keeper) Hold() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.held {
		return false
	}
	k.held = true
	if k.running != nil {
		_ = k.running.Signal(syscall.SIGKILL)
	}
	for k.running != nil {
		k.changed.Wait()
	}
	return true
}

// Release lets the component run again. It says whether anything changed.
func (k *Keeper) Release() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	was := k.held
	k.held = false
	k.changed.Broadcast()
	return was
}
