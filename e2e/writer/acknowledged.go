package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"
)

// Entry is one acknowledged write: this key must hold this value.
type Entry struct{ Key, Value string }

// WriteEntries stores entries for a later run, one per line.
func WriteEntries(file string, entries []Entry) error {
	out, err := os.Create(file)
	if err != nil {
		return err
	}
	buffered := bufio.NewWriter(out)
	for _, e := range entries {
		fmt.Fprintf(buffered, "%s\t%s\n", e.Key, e.Value)
	}
	return errors.Join(buffered.Flush(), out.Close())
}

// ReadEntries reads what WriteEntries stored.
func ReadEntries(file string) ([]Entry, error) {
	in, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	var entries []Entry
	lines := bufio.NewScanner(in)
	for number := 1; lines.Scan(); number++ {
		key, value, ok := strings.Cut(lines.Text(), "\t")
		if !ok || key == "" {
			return nil, fmt.Errorf("%s line %d is not KEY<tab>VALUE as --acked-out writes it", file, number)
		}
		entries = append(entries, Entry{key, value})
	}
	return entries, lines.Err()
}

// Verdict is what reading back found: lost entries are gone or hold another value, unread ones could not be asked for.
type Verdict struct {
	Lost, Unread int64
	// Examples names a few lost keys, for whoever has to find out why.
	Examples []string
}

const (
	verifyBatch = 500
	maxExamples = 5
	retryPause  = 200 * time.Millisecond
)

// Verify reads all entries back, trying again until the deadline where the cache does not answer.
func Verify(ctx context.Context, target Target, workers int, within time.Duration, entries []Entry, progress io.Writer) Verdict {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	batches := make(chan []Entry)
	var mu sync.Mutex
	var verdict Verdict
	var checked atomic.Int64
	var group sync.WaitGroup
	for range min(workers, 8) {
		group.Go(func() {
			client := target.NewClient(nil)
			defer client.Close()
			for batch := range batches {
				lost, unread := verifyBatchOf(ctx, client, batch)
				mu.Lock()
				verdict.Lost += int64(len(lost))
				verdict.Unread += int64(unread)
				verdict.Examples = append(verdict.Examples, lost[:min(len(lost), maxExamples-len(verdict.Examples))]...)
				mu.Unlock()
				checked.Add(int64(len(batch)))
			}
		})
	}
	lastReport := time.Now()
	for from := 0; from < len(entries); from += verifyBatch {
		batches <- entries[from:min(from+verifyBatch, len(entries))]
		if time.Since(lastReport) > reportStep {
			lastReport = time.Now()
			fmt.Fprintf(progress, "writer: read back %d of %d\n", checked.Load(), len(entries))
		}
	}
	close(batches)
	group.Wait()
	return verdict
}

func verifyBatchOf(ctx context.Context, client *redis.Client, batch []Entry) (lost []string, unread int) {
	for {
		var again []Entry
		pipeline := client.Pipeline()
		replies := make([]*redis.StringCmd, len(batch))
		for i, e := range batch {
			replies[i] = pipeline.Get(ctx, e.Key)
		}
		// Each reply carries its own error, but for those of a pipeline that found no connection: they are empty, without an
		// error, which no value written here ever is.
		_, _ = pipeline.Exec(ctx)
		for i, e := range batch {
			value, err := replies[i].Result()
			switch {
			case err == nil && value == e.Value:
			case errors.Is(err, redis.Nil), err == nil && value != "":
				lost = append(lost, e.Key)
			default:
				again = append(again, e)
			}
		}
		if len(again) == 0 {
			return lost, 0
		}
		select {
		case <-ctx.Done():
			return lost, len(again)
		case <-time.After(retryPause):
			batch = again
		}
	}
}
