package dev.cachecluster.operator.faults;

import dev.cachecluster.operator.pki.CertificateView;
import dev.cachecluster.operator.pki.TrustBundle;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * One side of a handshake: what it trusts and what it shows. That a real TLS stack judges alike is
 * proved where the authority's rotation is tested by itself.
 */
record FakeTls(TrustBundle trusts, CertificateView shows) {
  /** Certificates are read once: all worlds have the same few. */
  private static final Map<String, CertificateView> VIEWS = new ConcurrentHashMap<>();

  private static final Map<String, TrustBundle> BUNDLES = new ConcurrentHashMap<>();

  static FakeTls of(String caPem, String certificatePem) {
    return new FakeTls(
        BUNDLES.computeIfAbsent(caPem, TrustBundle::read),
        VIEWS.computeIfAbsent(certificatePem, CertificateView::parse));
  }

  boolean accepts(CertificateView leaf) {
    return trusts.certificates().stream()
        .map(pem -> VIEWS.computeIfAbsent(pem, CertificateView::parse))
        .anyMatch(authority -> authority.issued(leaf));
  }

  boolean meets(FakeTls other) {
    return accepts(other.shows) && other.accepts(shows);
  }
}
