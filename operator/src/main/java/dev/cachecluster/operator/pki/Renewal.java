package dev.cachecluster.operator.pki;

import java.time.Clock;
import java.time.Duration;

/** When a certificate is to be replaced. */
public final class Renewal {
  private Renewal() {}

  /**
   * Whether the end is nearer than {@code renewBefore}. An expired certificate is due as well: late
   * is better than never.
   */
  public static boolean due(CertificateView certificate, Clock clock, Duration renewBefore) {
    return !clock.instant().isBefore(certificate.notAfter().minus(renewBefore));
  }
}
