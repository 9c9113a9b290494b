package components

import (
	"flag"
	"net/url"
	"os"
	"os/signal"
	"syscall"
	"time"

	"go.etcd.io/etcd/server/v3/embed"
)

// Etcd runs a store of one member on the loopback address of its network namespace.
func Etcd(args []string) error {
	fs := flag.NewFlagSet("etcd", flag.ExitOnError)
	dir := fs.String("data-dir", "", "data directory")
	listen := fs.String("listen", "127.0.0.1:2379", "client address")
	fsync := fs.Bool("fsync", false, "flush the write-ahead log to disk on every commit")
	_ = fs.Parse(args) // exits on an error
	cfg := embed.NewConfig()
	cfg.Name = "rig"
	cfg.Dir = *dir
	cfg.LogLevel = "warn"
	cfg.LogOutputs = []string{"stderr"}
	cfg.WarningUnaryRequestDuration = 300 * time.Millisecond
	cfg.UnsafeNoFsync = !*fsync
	cfg.AutoCompactionMode = "periodic"
	cfg.AutoCompactionRetention = "30m"
	client := url.URL{Scheme: "http", Host: *listen}
	peer := url.URL{Scheme: "http", Host: "127.0.0.1:2380"}
	cfg.ListenClientUrls, cfg.AdvertiseClientUrls = []url.URL{client}, []url.URL{client}
	cfg.ListenPeerUrls, cfg.AdvertisePeerUrls = []url.URL{peer}, []url.URL{peer}
	cfg.InitialCluster = cfg.InitialClusterFromName(cfg.Name)
	e, err := embed.StartEtcd(cfg)
	if err != nil {
		return err
	}
	<-e.Server.ReadyNotify()
	sig := make(chan os.Signal, 1)
	signal.Notify(sig, syscall.SIGTERM, syscall.SIGINT)
	select {
	case <-sig:
		e.Close()
		return nil
	case err := <-e.Err():
		return err
	}
}
