package dev.cachecluster.operator.pki;

import java.util.List;
import java.util.Optional;

/**
 * What was found out about a certificate from elsewhere.
 *
 * @param findings in the order of {@link CertificateProblem}
 * @param accepted what may be mounted, in a form that all software reads alike; empty if any
 *     finding is more than a warning
 */
public record CertificateVerdict(List<CertificateFinding> findings, Optional<Accepted> accepted) {
  /**
   * What may be mounted.
   *
   * @param pair the chain as it was given, and the key as PKCS#8
   * @param rootPem what clients need to trust to accept it, and nothing more
   */
  public record Accepted(KeyPairPem pair, String rootPem) {
    public CertificateView view() {
      return CertificateView.parse(pair.certificatePem());
    }
  }

  public CertificateVerdict {
    findings = List.copyOf(findings);
  }
}
