package components

import (
	"github.com/coredns/caddy"
	"github.com/coredns/coredns/core/dnsserver"
	_ "github.com/coredns/coredns/plugin/cache"
	_ "github.com/coredns/coredns/plugin/errors"
	_ "github.com/coredns/coredns/plugin/health"
	_ "github.com/coredns/coredns/plugin/kubernetes"
	_ "github.com/coredns/coredns/plugin/metrics"
	_ "github.com/coredns/coredns/plugin/ready"
)

const corefile = `.:5353 {
    errors
    health :8080 {
        lameduck 1s
    }
    ready :8181
    prometheus :9153
    kubernetes cluster.local in-addr.arpa ip6.arpa {
        pods insecure
        ttl 2
    }
    cache 2
}
`

// DNS runs CoreDNS inside a pod. It has no forwarder: nothing outside the cluster has a name.
func DNS([]string) error {
	caddy.Quiet, dnsserver.Quiet = true, true
	caddy.AppName = "CoreDNS"
	server, err := caddy.Start(caddy.CaddyfileInput{Contents: []byte(corefile), Filepath: "Corefile", ServerTypeName: "dns"})
	if err != nil {
		return err
	}
	caddy.TrapSignals()
	server.Wait()
	return nil
}
