package dev.cachecluster.operator.pki;

import dev.cachecluster.operator.pki.RotationRunner.Held;
import dev.cachecluster.operator.pki.RotationRunner.LeafCertificate;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** Who accepts whom, by what they hold and their clocks. Certificates are read once. */
final class RotationTrust {
  private final Map<String, CertificateView> views = new HashMap<>();

  CertificateView view(String pem) {
    return views.computeIfAbsent(pem, CertificateView::parse);
  }

  Set<String> fingerprints(Held held) {
    return Set.copyOf(held.trusts().stream().map(pem -> view(pem).fingerprint()).toList());
  }

  /** Whether somebody who holds this, and has that clock, accepts a leaf. */
  boolean accepts(Held who, Instant clock, LeafCertificate leaf) {
    return within(clock, leaf.begin(), leaf.end())
        && who.trusts().stream()
            .map(this::view)
            .anyMatch(
                ca ->
                    ca.keyId().equals(leaf.issuerKeyId())
                        && within(clock, ca.notBefore(), ca.notAfter()));
  }

  private static boolean within(Instant clock, Instant begin, Instant end) {
    return !clock.isBefore(begin) && !clock.isAfter(end);
  }
}
