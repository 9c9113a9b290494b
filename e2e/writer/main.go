// Writer is the load client of the end-to-end stories. It connects as an application does, with nothing but a mounted
// binding, writes numbered keys, remembers every acknowledgement and reads all of them back.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strconv"
	"syscall"
	"time"
)

const help = `Usage: writer --binding DIR [options]                load: write, then read everything acknowledged back
       writer --binding DIR --roundtrip              write and read one key, say how
       writer --binding DIR --attacks                try six wrong ways to connect
       writer --binding DIR --verify-from FILE       read back what an earlier run had acknowledged

The binding is a directory in the form of the Service Binding specification: type, provider, host, port, username,
password, uri, ca.crt, tls.crt, tls.key. It is read again for every connection. Only TLS 1.3 is spoken; the server's
chain and name are verified.

Load and --verify-from print one line of JSON on standard output and progress on standard error. Exit code 0: nothing was
lost and everything could be read; with --attacks: all six were refused. 1: otherwise. 2: it could not be tried.

Options:
`

type options struct {
	load                 Load
	ackedOut, verifyFrom string
	roundtrip, attacks   bool
}

func parse(arguments []string, errors io.Writer) (options, error) {
	var o options
	flags := flag.NewFlagSet("writer", flag.ContinueOnError)
	flags.SetOutput(errors)
	flags.Usage = func() {
		fmt.Fprint(errors, help)
		flags.PrintDefaults()
	}
	l, t := &o.load, &o.load.Target
	flags.StringVar(&t.BindingDir, "binding", "", "`directory` of the mounted binding")
	flags.StringVar(&t.Address, "address", "", "`host:port` to dial instead of the binding's; the server's name stays the binding's")
	flags.DurationVar(&t.Timeout, "timeout", time.Second, "limit of a connect, a read or a write")
	flags.IntVar(&t.Retries, "retries", 1, "retries of one write before it counts as failed")
	flags.DurationVar(&t.RetryWait, "retry-wait", 20*time.Millisecond, "pause before a retry")
	flags.StringVar(&l.Prefix, "prefix", "w:", "prefix of the keys written; the user must be allowed to write there")
	flags.StringVar(&l.Run, "run", newRun(), "name of this run, part of every key")
	flags.IntVar(&l.Workers, "workers", 4, "writers, each with a connection of its own")
	flags.IntVar(&l.Rate, "rate", 1000, "writes a second, all workers together")
	flags.DurationVar(&l.For, "for", 30*time.Second, "how long to write")
	flags.IntVar(&l.FreshEvery, "fresh-connections", 0, "every second worker opens a new connection for every `n`th of its writes")
	flags.IntVar(&l.TransactionEvery, "transactions", 0, "every `n`th write is a transaction of two keys")
	flags.DurationVar(&l.VerifyAfter, "verify-after", 2*time.Second, "pause before reading back")
	flags.DurationVar(&l.VerifyWithin, "verify-within", time.Minute, "limit of the reading back")
	flags.StringVar(&o.ackedOut, "acked-out", "", "`file` to keep the acknowledged keys in, for --verify-from")
	flags.StringVar(&o.verifyFrom, "verify-from", "", "only read back the keys of this `file`")
	flags.BoolVar(&o.roundtrip, "roundtrip", false, "write and read one key and say how")
	flags.BoolVar(&o.attacks, "attacks", false, "try six wrong ways to connect")
	if err := flags.Parse(arguments); err != nil {
		return o, err
	}
	switch {
	case flags.NArg() > 0:
		return o, fmt.Errorf("unexpected %q; writer --help lists the options", flags.Arg(0))
	case t.BindingDir == "":
		return o, fmt.Errorf("--binding DIR is required; writer --help lists the options")
	case t.Timeout <= 0 || t.Retries < 0 || t.RetryWait < 0:
		return o, fmt.Errorf("--timeout must be positive, --retries and --retry-wait must not be negative")
	}
	return o, l.Validate()
}

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

func run(arguments []string, out, progress io.Writer) int {
	o, err := parse(arguments, progress)
	if err == flag.ErrHelp {
		return 0
	}
	if err != nil {
		return complain(progress, err)
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	if _, err := ReadBinding(o.load.Target.BindingDir); err != nil {
		return complain(progress, err)
	}
	switch {
	case o.roundtrip:
		return roundtrip(ctx, o, out, progress)
	case o.attacks:
		return attacks(ctx, o, out, progress)
	case o.verifyFrom != "":
		return verify(ctx, o, out, progress)
	default:
		return load(ctx, stop, o, out, progress)
	}
}

func complain(progress io.Writer, err error) int {
	fmt.Fprintln(progress, "writer:", err)
	return 2
}

func roundtrip(ctx context.Context, o options, out, progress io.Writer) int {
	line, err := RoundTrip(ctx, o.load.Target, o.load.Prefix)
	if err != nil {
		fmt.Fprintln(progress, "writer:", err)
		return 1
	}
	fmt.Fprintln(out, line)
	return 0
}

func attacks(ctx context.Context, o options, out, progress io.Writer) int {
	findings, err := Attacks(ctx, o.load.Target)
	if err != nil {
		return complain(progress, err)
	}
	code := 0
	for _, finding := range findings {
		fmt.Fprintln(out, finding)
		if !finding.Refused {
			code = 1
		}
	}
	return code
}

// Result is the line of JSON that a story reads.
type Result struct {
	Run          string      `json:"run,omitempty"`
	Attempts     int64       `json:"attempts"`
	Acked        int64       `json:"acked"`
	Failed       int64       `json:"failed"`
	Lost         int64       `json:"lost"`
	Unread       int64       `json:"unread"`
	LostKeys     []string    `json:"lost_keys,omitempty"`
	LongestGapMs int64       `json:"longest_gap_ms"`
	GapBeganAt   string      `json:"longest_gap_began_at,omitempty"`
	GapBeganS    float64     `json:"longest_gap_began_s"`
	P50Ms        float64     `json:"p50_ms"`
	P99Ms        float64     `json:"p99_ms"`
	Seconds      float64     `json:"seconds"`
	Errors       errorCounts `json:"errors"`
}

func (r Result) print(out io.Writer) int {
	line, err := json.Marshal(r)
	if err != nil {
		panic(err) // a struct of numbers and strings
	}
	fmt.Fprintln(out, string(line))
	if r.Lost > 0 || r.Unread > 0 || r.Acked == 0 {
		return 1
	}
	return 0
}

func verify(ctx context.Context, o options, out, progress io.Writer) int {
	entries, err := ReadEntries(o.verifyFrom)
	if err != nil {
		return complain(progress, err)
	}
	verdict := Verify(ctx, o.load.Target, o.load.Workers, o.load.VerifyWithin, entries, progress)
	return Result{Acked: int64(len(entries)), Lost: verdict.Lost, Unread: verdict.Unread, LostKeys: verdict.Examples, Errors: errorCounts{}}.print(out)
}

// load ends its writing at the first signal and still reads back; a second signal ends it at once.
func load(ctx context.Context, stop func(), o options, out, progress io.Writer) int {
	l := o.load
	start := time.Now()
	tally := l.Write(ctx, progress)
	written := time.Since(start)
	stop()
	entries := make([]Entry, len(tally.acked))
	for i, number := range tally.acked {
		entries[i] = Entry{l.Key(number), strconv.FormatInt(number, 10)}
	}
	if o.ackedOut != "" {
		if err := WriteEntries(o.ackedOut, entries); err != nil {
			return complain(progress, err)
		}
	}
	fmt.Fprintf(progress, "writer: reading %d acknowledged keys back in %s\n", len(entries), l.VerifyAfter)
	time.Sleep(l.VerifyAfter)
	verdict := Verify(context.Background(), l.Target, l.Workers, l.VerifyWithin, entries, progress)
	return Result{
		Run: l.Run, Attempts: tally.attempts, Acked: int64(len(entries)), Failed: tally.failed,
		Lost: verdict.Lost, Unread: verdict.Unread, LostKeys: verdict.Examples,
		LongestGapMs: tally.gaps.longest.Milliseconds(),
		GapBeganAt:   tally.gaps.longestFrom.UTC().Format(time.RFC3339Nano), GapBeganS: tally.gaps.longestFrom.Sub(tally.start).Seconds(),
		P50Ms: millis(tally.latency.quantile(0.5)), P99Ms: millis(tally.latency.quantile(0.99)),
		Seconds: written.Seconds(), Errors: tally.errors,
	}.print(out)
}

func millis(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
