package dev.cachecluster.operator.faults;

import dev.cachecluster.operator.pki.CertificateView;
import dev.cachecluster.operator.pki.TrustBundle;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * One side of a handshake: what it trusts, what it shows as a server, and as a client. That a real
 * TLS stack judges alike is proved where the authority's rotation is tested by itself.
 */
record FakeTls(TrustBundle trusts, CertificateView shows, CertificateView client) {
  /** Certificates are read once: all worlds have the same few. */
  private static final Map<String, CertificateView> VIEWS = new ConcurrentHashMap<>();

  private static final Map<String, TrustBundle> BUNDLES = new ConcurrentHashMap<>();

  static FakeTls of(String caPem, String certificatePem) {
    return of(caPem, certificatePem, certificatePem);
  }

  static FakeTls of(String caPem, String serverPem, String clientPem) {
    return new FakeTls(
        BUNDLES.computeIfAbsent(caPem, TrustBundle::read),
        VIEWS.computeIfAbsent(serverPem, CertificateView::parse),
        VIEWS.computeIfAbsent(clientPem, CertificateView::parse));
  }

  boolean accepts(CertificateView leaf) {
    return trusts.certificates().stream()
        .map(pem -> VIEWS.computeIfAbsent(pem, CertificateView::parse))
        .anyMatch(authority -> authority.issued(leaf));
  }

  /** Whether this server and that client talk. */
  boolean admits(FakeTls other) {
    return accepts(other.client) && other.accepts(shows);
  }
}
