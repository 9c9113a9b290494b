package main

import (
	"math/bits"
	"regexp"
	"sync"
	"time"
)

// Tally counts what happened to the writes of a run.
type Tally struct {
	mu       sync.Mutex
	start    time.Time
	attempts int64
	failed   int64
	acked    []int64
	gaps     gapTracker
	latency  histogram
	errors   errorCounts
}

// NewTally starts counting: a first acknowledgement that comes late is a gap, too.
func NewTally(start time.Time) *Tally {
	return &Tally{start: start, gaps: gapTracker{last: start}, errors: errorCounts{}}
}

// Record takes in the outcome of one write.
func (t *Tally) Record(number int64, began, ended time.Time, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.attempts++
	if err != nil {
		t.failed++
		t.errors.add(err)
		return
	}
	t.acked = append(t.acked, number)
	t.gaps.acknowledged(ended)
	t.latency.add(ended.Sub(began))
}

// Finish ends the run: time without any acknowledgement up to its end is a gap as well.
func (t *Tally) Finish(end time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.gaps.acknowledged(end)
}

// Counts gives the figures of the progress line.
func (t *Tally) Counts() (attempts, acked, failed int64, longest time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.attempts, int64(len(t.acked)), t.failed, t.gaps.longest
}

// gapTracker finds the longest time between two acknowledgements.
type gapTracker struct {
	last, longestFrom time.Time
	longest           time.Duration
}

// acknowledged may be called slightly out of order by parallel writers; only forward steps count.
func (g *gapTracker) acknowledged(at time.Time) {
	if at.Before(g.last) {
		return
	}
	if gap := at.Sub(g.last); gap > g.longest {
		g.longest, g.longestFrom = gap, g.last
	}
	g.last = at
}

// histogram keeps durations in buckets of 1/32 of a power of two: 3 % exact, bounded in size.
type histogram struct {
	buckets [64 * subBuckets]int64
	count   int64
}

const (
	subBucketBits = 5
	subBuckets    = 1 << subBucketBits
)

func bucketOf(d time.Duration) int {
	micros := uint64(max(d.Microseconds(), 0))
	if micros < subBuckets {
		return int(micros)
	}
	exponent := bits.Len64(micros) - subBucketBits - 1
	return (exponent+1)*subBuckets + int(micros>>exponent) - subBuckets
}

func bucketStart(bucket int) time.Duration {
	if bucket < subBuckets {
		return time.Duration(bucket) * time.Microsecond
	}
	exponent := bucket/subBuckets - 1
	return time.Duration((bucket%subBuckets+subBuckets)<<exponent) * time.Microsecond
}

func (h *histogram) add(d time.Duration) {
	h.buckets[bucketOf(d)]++
	h.count++
}

// quantile gives the duration that the share q of all does not exceed; zero if there is none.
func (h *histogram) quantile(q float64) time.Duration {
	rank := int64(q*float64(h.count-1)) + 1
	for bucket, count := range h.buckets {
		if rank -= count; rank <= 0 && h.count > 0 {
			return bucketStart(bucket)
		}
	}
	return 0
}

// errorCounts counts errors by text. Addresses differ with every connection and are left out.
type errorCounts map[string]int64

const maxErrorKinds = 20

var addressInError = regexp.MustCompile(`(\[[0-9a-fA-F:]+\]|\b\d{1,3}(\.\d{1,3}){3})(:\d+)?`)

func (e errorCounts) add(err error) {
	text := addressInError.ReplaceAllString(err.Error(), "<address>")
	if _, known := e[text]; !known && len(e) >= maxErrorKinds {
		text = "others"
	}
	e[text]++
}
