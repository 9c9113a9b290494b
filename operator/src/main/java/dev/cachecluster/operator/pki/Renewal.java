package dev.cachecluster.operator.pki;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** When a certificate is to be replaced. */
public final class Renewal {
  private Renewal() {}

  /**
   * Whether the end is nearer than {@code renewBefore}. An expired certificate is due as well: late
   * is better than never.
   */
  public static boolean due(CertificateView certificate, Clock clock, Duration renewBefore) {
    return due(certificate, clock.instant(), renewBefore);
  }

  /** The same at a given moment. */
  public static boolean due(CertificateView certificate, Instant now, Duration renewBefore) {
    return !now.isBefore(certificate.notAfter().minus(renewBefore));
  }

  /**
   * The same for a leaf of one of the cluster's own authorities: one that already ends with its
   * authority cannot be made to last longer, and would be due again at once, for ever.
   */
  public static boolean due(
      CertificateView leaf, CertificateView authority, Instant now, Duration renewBefore) {
    return due(leaf, now, renewBefore) && leaf.notAfter().isBefore(authority.notAfter());
  }
}
