package main

import (
	"context"
	"crypto/tls"
	"fmt"
	"strings"
	"time"
)

// RoundTrip writes and reads one key and says in one line how the connection was protected and who answered.
func RoundTrip(ctx context.Context, target Target, prefix string) (string, error) {
	var state tls.ConnectionState
	client := target.NewClient(func(s tls.ConnectionState) { state = s })
	defer client.Close()
	key, value := prefix+"roundtrip-"+newRun(), newRun()
	began := time.Now()
	if err := client.Set(ctx, key, value, time.Minute).Err(); err != nil {
		return "", fmt.Errorf("cannot write %s: %w", key, err)
	}
	got, err := client.Get(ctx, key).Result()
	if err != nil {
		return "", fmt.Errorf("cannot read %s back: %w", key, err)
	}
	took := time.Since(began)
	if got != value {
		return "", fmt.Errorf("%s holds %q where %q was written", key, got, value)
	}
	return fmt.Sprintf("wrote and read %s in %.1f ms; %s, %s; server certificate: %s; primary's history: %s",
		key, float64(took.Microseconds())/1000, tls.VersionName(state.Version), tls.CipherSuiteName(state.CipherSuite),
		serverName(state), replicationID(ctx, target)), nil
}

func serverName(state tls.ConnectionState) string {
	name := state.ServerName + " verified"
	if leaf := state.PeerCertificates[0]; leaf.Subject.CommonName != "" && leaf.Subject.CommonName != state.ServerName {
		name += " (subject " + leaf.Subject.CommonName + ")"
	}
	return name
}

// replicationID asks who the primary is. Not every application's user may ask; the round trip stands without it.
func replicationID(ctx context.Context, target Target) string {
	client := target.NewClient(nil)
	defer client.Close()
	info, err := client.Info(ctx, "replication").Result()
	if err != nil {
		return "not told (" + err.Error() + ")"
	}
	if id := infoField(info, "master_replid"); id != "" {
		return id
	}
	return "not told (INFO has no master_replid)"
}

// infoField finds a field in the text of INFO.
func infoField(info, field string) string {
	for line := range strings.Lines(info) {
		if name, value, _ := strings.Cut(strings.TrimSpace(line), ":"); name == field {
			return value
		}
	}
	return ""
}
