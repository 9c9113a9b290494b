package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
)

// Load describes a run of writes.
type Load struct {
	Target  Target
	Prefix  string
	Run     string
	Workers int
	Rate    int
	For     time.Duration
	// FreshEvery makes every second worker open a new connection for every so many of its writes; 0 means never.
	FreshEvery int
	// TransactionEvery makes every so many writes a transaction with a second key; 0 means never. Servers keep these in
	// their files in another form than single writes, and have been known to lose them alone.
	TransactionEvery int
	// VerifyAfter is the pause before everything acknowledged is read back.
	VerifyAfter time.Duration
	// VerifyWithin bounds the reading back while the cache cannot be reached.
	VerifyWithin time.Duration
}

const (
	maxWorkers = 256
	maxRate    = 100_000
	maxWrites  = 50_000_000
	reportStep = 5 * time.Second
)

// Validate refuses what would not end or not fit into memory.
func (l Load) Validate() error {
	switch {
	case l.Workers < 1 || l.Workers > maxWorkers:
		return fmt.Errorf("--workers %d is not between 1 and %d", l.Workers, maxWorkers)
	case l.Rate < 1 || l.Rate > maxRate:
		return fmt.Errorf("--rate %d is not between 1 and %d", l.Rate, maxRate)
	case l.For <= 0:
		return fmt.Errorf("--for %s is not a positive time", l.For)
	case l.For.Seconds()*float64(l.Rate) > maxWrites:
		return fmt.Errorf("--rate %d for %s are more than %d writes, which this program would have to remember", l.Rate, l.For, maxWrites)
	case l.FreshEvery < 0:
		return errors.New("--fresh-connections must not be negative")
	case l.TransactionEvery < 0:
		return errors.New("--transactions must not be negative")
	}
	return nil
}

// Key names the key of a numbered write. The run is part of it: keys left over from an earlier run prove nothing.
func (l Load) Key(number int64) string { return fmt.Sprintf("%s%s:%d", l.Prefix, l.Run, number) }

// freshFor tells whether a worker's write of this number (from 0) starts with a new connection.
func (l Load) freshFor(worker int, write int64) bool {
	return l.FreshEvery > 0 && worker%2 == 1 && write > 0 && write%int64(l.FreshEvery) == 0
}

func newRun() string {
	random := make([]byte, 4)
	if _, err := rand.Read(random); err != nil {
		panic(err) // the system has no random numbers; nothing works then
	}
	return hex.EncodeToString(random)
}

// Write runs the load until its time is over or ctx ends. Progress lines go to progress.
func (l Load) Write(ctx context.Context, progress io.Writer) *Tally {
	start := time.Now()
	tally := NewTally(start)
	ctx, cancel := context.WithDeadline(ctx, start.Add(l.For))
	defer cancel()
	numbers := make(chan int64)
	go pace(ctx, start, l.Rate, numbers)
	var workers, reporter sync.WaitGroup
	done := make(chan struct{})
	reporter.Go(func() { report(tally, start, progress, done) })
	for worker := range l.Workers {
		workers.Go(func() { l.work(worker, numbers, tally) })
	}
	workers.Wait()
	tally.Finish(time.Now())
	close(done)
	reporter.Wait()
	return tally
}

// pace hands out numbers at the rate asked for. While all workers wait for the server it hands out nothing, and does not
// catch up later: a burst after an outage would measure the burst.
func pace(ctx context.Context, start time.Time, rate int, numbers chan<- int64) {
	defer close(numbers)
	interval := time.Second / time.Duration(rate)
	due := start
	for number := int64(0); ; number++ {
		due = due.Add(interval)
		if wait := time.Until(due); wait > 0 {
			select {
			case <-time.After(wait):
			case <-ctx.Done():
				return
			}
		} else if wait < -100*time.Millisecond {
			due = time.Now()
		}
		select {
		case numbers <- number:
		case <-ctx.Done():
			return
		}
	}
}

// work finishes the write it has begun even if the run ends meanwhile; the client's timeouts bound it.
func (l Load) work(worker int, numbers <-chan int64, tally *Tally) {
	client := l.Target.NewClient(nil)
	defer func() { client.Close() }()
	write := int64(0)
	for number := range numbers {
		if l.freshFor(worker, write) {
			client.Close()
			client = l.Target.NewClient(nil)
		}
		write++
		began := time.Now()
		err := l.write(client, number)
		tally.Record(number, began, time.Now(), err)
	}
}

func (l Load) write(client *redis.Client, number int64) error {
	ctx := context.Background()
	if l.TransactionEvery == 0 || number%int64(l.TransactionEvery) != 0 {
		return client.Set(ctx, l.Key(number), number, 0).Err()
	}
	_, err := client.TxPipelined(ctx, func(both redis.Pipeliner) error {
		both.Set(ctx, l.Key(number), number, 0)
		both.Set(ctx, l.Prefix+l.Run+":last", number, 0)
		return nil
	})
	return err
}

func report(tally *Tally, start time.Time, progress io.Writer, done <-chan struct{}) {
	ticker := time.NewTicker(reportStep)
	defer ticker.Stop()
	for {
		select {
		case <-done:
			return
		case now := <-ticker.C:
			attempts, acked, failed, longest := tally.Counts()
			fmt.Fprintf(progress, "writer: %3.0f s  %d attempts, %d acknowledged, %d failed, longest gap %d ms\n",
				now.Sub(start).Seconds(), attempts, acked, failed, longest.Milliseconds())
		}
	}
}
