package dev.cachecluster.operator.pki;

import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;

/**
 * What the first certificate of a PEM text says.
 *
 * @param dnsNames sorted
 * @param issuer distinguished name
 * @param fingerprint SHA-256, lower-case hex
 */
public record CertificateView(
    String subject,
    String issuer,
    Instant notBefore,
    Instant notAfter,
    List<String> dnsNames,
    boolean authority,
    String fingerprint) {
  public CertificateView {
    dnsNames = List.copyOf(dnsNames);
  }

  /** Reads the first certificate of a PEM text; what follows it is its chain. */
  public static CertificateView parse(String pem) {
    return of(Pem.certificates(pem).getFirst());
  }

  /** What a certificate says. */
  public static CertificateView of(X509Certificate certificate) {
    return new CertificateView(
        certificate.getSubjectX500Principal().getName(),
        certificate.getIssuerX500Principal().getName(),
        certificate.getNotBefore().toInstant(),
        certificate.getNotAfter().toInstant(),
        Pem.dnsNames(certificate),
        certificate.getBasicConstraints() >= 0,
        Pem.fingerprint(certificate));
  }
}
