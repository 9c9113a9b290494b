package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestBindingNamesWhatIsMissing(t *testing.T) {
	a := newAuthority(t)
	for _, name := range []string{"type", "provider", "host", "port", "username", "password", "uri", "ca.crt", "tls.crt", "tls.key"} {
		dir := writeBinding(t, a, "cache.test", 6379, "p")
		must(t, os.Remove(filepath.Join(dir, name)))
		if _, err := ReadBinding(dir); err == nil || !strings.Contains(err.Error(), "lacks "+name) {
			t.Errorf("without %s: %v", name, err)
		}
	}
}

func TestBindingRefusesWhatCannotWork(t *testing.T) {
	for name, content := range map[string]string{"port": "70000", "host": "", "password": "", "ca.crt": "not a certificate", "tls.key": "not a key"} {
		dir := writeBinding(t, newAuthority(t), "cache.test", 6379, "hidden")
		must(t, os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600))
		if _, err := ReadBinding(dir); err == nil || !strings.Contains(err.Error(), name) || strings.Contains(err.Error(), "hidden") {
			t.Errorf("%s = %q: %v", name, content, err)
		}
	}
}

func TestBindingAddressAndTLS(t *testing.T) {
	b, err := ReadBinding(writeBinding(t, newAuthority(t), "cache.test", 6379, "p\n"))
	must(t, err)
	if b.Address() != "cache.test:6379" || b.Password != "p" {
		t.Errorf("%s %q", b.Address(), b.Password)
	}
	if c := b.TLS(); c.ServerName != "cache.test" || c.InsecureSkipVerify || c.RootCAs == nil || len(c.Certificates) != 1 {
		t.Errorf("%+v", c)
	}
}

func TestGapsCountFromStartToEnd(t *testing.T) {
	start := time.Unix(1000, 0)
	at := func(ms int) time.Time { return start.Add(time.Duration(ms) * time.Millisecond) }
	for _, c := range []struct {
		acks        []int
		end         int
		longest, at int
	}{
		{[]int{10, 20, 500, 510}, 515, 480, 20},
		{[]int{300, 310}, 315, 300, 0},           // nothing at first
		{[]int{10, 20}, 900, 880, 20},            // never came back
		{[]int{10, 200, 190, 210}, 211, 190, 10}, // out of order by two workers
		{nil, 700, 700, 0},
	} {
		tally := NewTally(start)
		for i, ms := range c.acks {
			tally.Record(int64(i), at(ms-1), at(ms), nil)
		}
		tally.Finish(at(c.end))
		if tally.gaps.longest.Milliseconds() != int64(c.longest) || !tally.gaps.longestFrom.Equal(at(c.at)) {
			t.Errorf("%v until %d: %s from %s", c.acks, c.end, tally.gaps.longest, tally.gaps.longestFrom.Sub(start))
		}
	}
}

func TestFailedWritesAreNotAcknowledged(t *testing.T) {
	tally := NewTally(time.Now())
	tally.Record(1, time.Now(), time.Now(), nil)
	tally.Record(2, time.Now(), time.Now(), io.EOF)
	if attempts, acked, failed, _ := tally.Counts(); attempts != 2 || acked != 1 || failed != 1 || !slices.Equal(tally.acked, []int64{1}) {
		t.Errorf("%d %d %d %v", attempts, acked, failed, tally.acked)
	}
}

func TestQuantilesAreExactToThreePercent(t *testing.T) {
	var h histogram
	if h.quantile(0.5) != 0 {
		t.Error("no data, no quantile")
	}
	for ms := 1; ms <= 1000; ms++ {
		h.add(time.Duration(ms) * time.Millisecond)
	}
	for q, want := range map[float64]float64{0.001: 1, 0.5: 500, 0.99: 990, 1: 1000} {
		got := h.quantile(q).Seconds() * 1000
		if got < want*0.96 || got > want*1.01 {
			t.Errorf("quantile %g: %g ms, want %g", q, got, want)
		}
	}
	for _, d := range []time.Duration{0, -time.Second, time.Microsecond, 33 * time.Microsecond, 100 * time.Hour} {
		if start := bucketStart(bucketOf(d)); start > max(d, 0) || float64(start) < float64(d)*0.96 {
			t.Errorf("%s lands in the bucket of %s", d, start)
		}
	}
}

func TestErrorsAreCountedWithoutAddressesAndBounded(t *testing.T) {
	e := errorCounts{}
	e.add(errors.New("read tcp 10.1.2.3:41000->10.1.2.4:6379: i/o timeout"))
	e.add(errors.New("read tcp 10.1.2.3:41001->[fd00::1]:6379: i/o timeout"))
	if e["read tcp <address>-><address>: i/o timeout"] != 2 {
		t.Errorf("%v", e)
	}
	for i := range 100 {
		e.add(fmt.Errorf("kind %d", i))
	}
	if len(e) != maxErrorKinds+1 || e["others"] != 81 {
		t.Errorf("%d kinds, %d others", len(e), e["others"])
	}
}

func TestEntriesSurviveTheFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "acked")
	want := []Entry{{"w:1:1", "1"}, {"w:1:2", "2"}}
	must(t, WriteEntries(file, want))
	got, err := ReadEntries(file)
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("%v %v", got, err)
	}
	must(t, os.WriteFile(file, []byte("w:1:1\t1\nbroken\n"), 0o600))
	if _, err := ReadEntries(file); err == nil || !strings.Contains(err.Error(), "line 2") {
		t.Errorf("%v", err)
	}
}

func TestHalfOfTheWorkersReconnect(t *testing.T) {
	l := Load{FreshEvery: 10}
	if l.freshFor(0, 10) || l.freshFor(1, 0) || l.freshFor(1, 11) || !l.freshFor(1, 10) || !l.freshFor(3, 20) {
		t.Error("odd workers reconnect at every tenth write after the first")
	}
	if (Load{}).freshFor(1, 10) {
		t.Error("without the flag nobody reconnects")
	}
}

func TestLoadIsBounded(t *testing.T) {
	good := Load{Workers: 4, Rate: 1000, For: time.Minute}
	must(t, good.Validate())
	for name, change := range map[string]func(*Load){
		"workers": func(l *Load) { l.Workers = 0 }, "rate": func(l *Load) { l.Rate = maxRate + 1 },
		"for": func(l *Load) { l.For = 0 }, "writes": func(l *Load) { l.For = 24 * time.Hour },
	} {
		bad := good
		change(&bad)
		if err := bad.Validate(); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestKeysOfTwoRunsDiffer(t *testing.T) {
	if a, b := (Load{Prefix: "w:", Run: newRun()}).Key(1), (Load{Prefix: "w:", Run: newRun()}).Key(1); a == b || !strings.HasPrefix(a, "w:") {
		t.Errorf("%s %s", a, b)
	}
}

func TestUsageErrors(t *testing.T) {
	for want, arguments := range map[string][]string{
		"--binding DIR": {}, "no binding at /nowhere": {"--binding", "/nowhere"},
		"unexpected": {"--binding", "x", "y"}, "--rate": {"--binding", "x", "--rate", "0"},
	} {
		var out, progress strings.Builder
		if code := run(arguments, &out, &progress); code != 2 || !strings.Contains(progress.String(), want) {
			t.Errorf("%v: code %d, %q", arguments, code, progress.String())
		}
	}
	if code := run([]string{"--help"}, io.Discard, io.Discard); code != 0 {
		t.Errorf("--help: %d", code)
	}
}
