package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// runWriter runs the program as its user does.
func runWriter(s *testServer, arguments ...string) (code int, out, progress string) {
	var outBuffer, progressBuffer bytes.Buffer
	code = run(append([]string{"--binding", s.binding, "--address", s.target.Address}, arguments...), &outBuffer, &progressBuffer)
	return code, outBuffer.String(), progressBuffer.String()
}

func resultOf(t *testing.T, out string) Result {
	t.Helper()
	var r Result
	must(t, json.Unmarshal([]byte(out), &r))
	return r
}

func TestLoadAcknowledgesAndReadsBackOverTLS(t *testing.T) {
	s := startServer(t, serverOptions{})
	file := filepath.Join(t.TempDir(), "acked")
	code, out, progress := runWriter(s, "--for", "1s", "--rate", "500", "--fresh-connections", "20", "--verify-after", "0s", "--acked-out", file)
	r := resultOf(t, out)
	if code != 0 || r.Acked < 200 || r.Failed != 0 || r.Lost != 0 || r.Unread != 0 || r.P99Ms <= 0 || r.LongestGapMs <= 0 {
		t.Fatalf("code %d, %s %s", code, out, progress)
	}
	if connections := s.connectionsReceived(t); connections < 10 {
		t.Errorf("the server saw only %d connections; half of the workers must open new ones", connections)
	}

	code, out, _ = runWriter(s, "--verify-from", file)
	if again := resultOf(t, out); code != 0 || again.Acked != r.Acked || again.Lost != 0 {
		t.Errorf("another run must find all %d keys: code %d, %s", r.Acked, code, out)
	}

	entries, err := ReadEntries(file)
	must(t, err)
	s.delete(t, entries[0].Key, entries[7].Key)
	code, out, _ = runWriter(s, "--verify-from", file)
	if after := resultOf(t, out); code != 1 || after.Lost != 2 || len(after.LostKeys) != 2 {
		t.Errorf("two keys were deleted: code %d, %s", code, out)
	}
}

func TestEveryFifthWriteIsATransactionWhenAskedFor(t *testing.T) {
	s := startServer(t, serverOptions{})
	code, out, _ := runWriter(s, "--for", "1s", "--rate", "100", "--run", "r", "--transactions", "5", "--verify-after", "0s")
	r := resultOf(t, out)
	if code != 0 || r.Acked < 50 || r.Failed != 0 || r.Lost != 0 {
		t.Fatalf("code %d, %s", code, out)
	}
	if made := s.calls(t, "exec"); int64(made) < r.Acked/6 || int64(made) > r.Acked/4 {
		t.Errorf("%d transactions of %d writes", made, r.Acked)
	}
}

func TestUnreachableCacheIsAFailureAndAGap(t *testing.T) {
	s := startServer(t, serverOptions{})
	s.target.Address = "127.0.0.1:1"
	code, out, _ := runWriter(s, "--for", "300ms", "--rate", "50", "--verify-after", "0s", "--retries", "0")
	r := resultOf(t, out)
	if code != 1 || r.Acked != 0 || r.Failed == 0 || r.LongestGapMs < 300 || len(r.Errors) != 1 {
		t.Errorf("code %d, %s", code, out)
	}
}

// A cache that cannot be reached while the keys are read back has lost nothing by that.
func TestWhatCannotBeReadIsNotLost(t *testing.T) {
	a := newAuthority(t)
	target := Target{BindingDir: writeBinding(t, a, "cache.test", freePort(t), "x"), Address: "127.0.0.1:" + strconv.Itoa(freePort(t)),
		Timeout: 100 * time.Millisecond, Retries: 1}
	entries := []Entry{{"w:1", "1"}, {"w:2", "2"}, {"w:3", "3"}}
	verdict := Verify(context.Background(), target, 2, time.Second, entries, io.Discard)
	if verdict.Lost != 0 || verdict.Unread != 3 {
		t.Errorf("%d lost and %d unread of 3 keys that nobody could read", verdict.Lost, verdict.Unread)
	}
}

func TestRoundTripSaysHowItWasProtected(t *testing.T) {
	s := startServer(t, serverOptions{})
	code, out, progress := runWriter(s, "--roundtrip")
	for _, want := range []string{"TLS 1.3", "TLS_AES_", "cache.test verified", "primary's history: "} {
		if code != 0 || !strings.Contains(out, want) {
			t.Errorf("code %d, no %q in %q %q", code, want, out, progress)
		}
	}
	if fields := strings.Split(strings.TrimSpace(out), "history: "); len(fields) != 2 || len(fields[1]) != 40 {
		t.Errorf("no replication id in %q", out)
	}
}

func TestServerOfAnotherNameIsRefused(t *testing.T) {
	s := startServer(t, serverOptions{})
	must(t, os.WriteFile(filepath.Join(s.binding, "host"), []byte("other.test"), 0o600))
	code, _, progress := runWriter(s, "--roundtrip")
	if code != 1 || !strings.Contains(progress, "other.test") {
		t.Errorf("code %d, %q", code, progress)
	}
}

// The password is read again for each connection: a rotated one is used without a restart.
func TestRotatedPasswordIsTakenUp(t *testing.T) {
	s := startServer(t, serverOptions{})
	ctx := context.Background()
	client := s.target.NewClient(nil)
	defer client.Close()
	must(t, client.Ping(ctx).Err())
	must(t, client.Do(ctx, "ACL", "SETUSER", testUser, "resetpass", ">rotated").Err())
	must(t, os.WriteFile(filepath.Join(s.binding, "password"), []byte("rotated\n"), 0o600))
	next := s.target.NewClient(nil)
	defer next.Close()
	must(t, next.Ping(ctx).Err())
}

func TestAllSixAttacksAreRefusedByAClosedServer(t *testing.T) {
	s := startServer(t, serverOptions{})
	code, out, progress := runWriter(s, "--attacks")
	if code != 0 || strings.Count(out, "REFUSED") != 6 {
		t.Errorf("code %d\n%s%s", code, out, progress)
	}
}

// A check that finds nothing at an open server would find nothing anywhere.
func TestAttacksFindWhatIsOpen(t *testing.T) {
	for attack, weak := range map[string]serverOptions{
		"no client certificate": {clientCertificates: "optional"},
		"TLS 1.2":               {protocols: "TLSv1.2 TLSv1.3"},
		"no password":           {acl: "user default on nopass ~* +@all"},
	} {
		t.Run(attack, func(t *testing.T) {
			code, out, progress := runWriter(startServer(t, weak), "--attacks")
			accepted := "ACCEPTED  " + attack
			if code != 1 || strings.Count(out, "ACCEPTED") != 1 || !strings.Contains(out, accepted) {
				t.Errorf("code %d, want only %q in\n%s%s", code, accepted, out, progress)
			}
		})
	}
	t.Run("foreign CA", func(t *testing.T) {
		_, out, _ := runWriter(startServer(t, serverOptions{clientCertificates: "no"}), "--attacks")
		for _, accepted := range []string{"ACCEPTED  foreign CA", "ACCEPTED  no client certificate"} {
			if !strings.Contains(out, accepted) {
				t.Errorf("no %q in\n%s", accepted, out)
			}
		}
	})
	t.Run("plaintext", func(t *testing.T) {
		s := startServer(t, serverOptions{plainPort: "yes"})
		finding := attacker{context.Background(), s.target, s.target.Address}.plaintext()
		if finding.Refused {
			t.Errorf("a plaintext server was not found: %s", finding)
		}
	})
}

func TestWrongNameIsFoundWhenTheClientDoesNotLook(t *testing.T) {
	s := startServer(t, serverOptions{})
	b, err := ReadBinding(s.binding)
	must(t, err)
	// The right name stands for a client that takes any: the handshake succeeds.
	finding := attacker{context.Background(), s.target, s.target.Address}.wrongName(b.TLS())
	if finding.Refused {
		t.Errorf("a handshake that succeeded was called refused: %s", finding)
	}
}

func TestAttacksProveNothingAgainstADeadServer(t *testing.T) {
	s := startServer(t, serverOptions{})
	s.target.Address = "127.0.0.1:1"
	if code, out, progress := runWriter(s, "--attacks"); code != 2 || out != "" || !strings.Contains(progress, "right way") {
		t.Errorf("code %d, %q, %q", code, out, progress)
	}
}

func TestSilenceIsNoRefusal(t *testing.T) {
	if judge("x", "", context.DeadlineExceeded).Refused || judge("x", "", errors.New("connection refused")).Refused {
		t.Error("only what the server did is a refusal")
	}
}

func (s *testServer) connectionsReceived(t *testing.T) int {
	t.Helper()
	client := s.target.NewClient(nil)
	defer client.Close()
	info, err := client.Info(context.Background(), "stats").Result()
	must(t, err)
	var number int
	must(t, json.Unmarshal([]byte(infoField(info, "total_connections_received")), &number))
	return number
}

// calls tells how often a command was carried out.
func (s *testServer) calls(t *testing.T, command string) int {
	t.Helper()
	client := s.target.NewClient(nil)
	defer client.Close()
	info, err := client.Info(context.Background(), "commandstats").Result()
	must(t, err)
	var number int
	if _, err := fmt.Sscanf(infoField(info, "cmdstat_"+command), "calls=%d,", &number); err != nil {
		t.Fatalf("%s: %v", info, err)
	}
	return number
}
