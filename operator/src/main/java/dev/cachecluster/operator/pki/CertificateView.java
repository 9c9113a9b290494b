package dev.cachecluster.operator.pki;

import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * What the first certificate of a PEM text says.
 *
 * @param dnsNames sorted
 * @param issuer distinguished name
 * @param fingerprint SHA-256, lower-case hex
 * @param serial lower-case hex
 * @param uris sorted
 * @param keyId identifier of its own key, lower-case hex; empty if it names none
 * @param issuerKeyId identifier of the key that signed it; tells two authorities of one name apart
 */
public record CertificateView(
    String subject,
    String issuer,
    Instant notBefore,
    Instant notAfter,
    List<String> dnsNames,
    boolean authority,
    String fingerprint,
    String serial,
    List<String> uris,
    String keyId,
    String issuerKeyId) {
  private static final String SUBJECT_KEY_IDENTIFIER = "2.5.29.14";
  private static final String AUTHORITY_KEY_IDENTIFIER = "2.5.29.35";
  private static final int KEY_IDENTIFIER = 0x80;

  public CertificateView {
    dnsNames = List.copyOf(dnsNames);
    uris = List.copyOf(uris);
  }

  /** One of which neither serial, URIs nor keys are of interest. */
  public CertificateView(
      String subject,
      String issuer,
      Instant notBefore,
      Instant notAfter,
      List<String> dnsNames,
      boolean authority,
      String fingerprint) {
    this(
        subject,
        issuer,
        notBefore,
        notAfter,
        dnsNames,
        authority,
        fingerprint,
        "",
        List.of(),
        "",
        "");
  }

  /** Reads the first certificate of a PEM text; what follows it is its chain. */
  public static CertificateView parse(String pem) {
    return of(Pem.certificates(pem).getFirst());
  }

  /** The same for a text that others can write: empty if it cannot be read. */
  public static Optional<CertificateView> find(String pem) {
    try {
      return Optional.of(parse(pem));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
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
        Pem.fingerprint(certificate),
        certificate.getSerialNumber().toString(16),
        Pem.uris(certificate),
        keyId(certificate),
        issuerKeyId(certificate));
  }

  /** Whether this authority issued it: told by name and key, as two may have one name. */
  public boolean issued(CertificateView leaf) {
    return leaf.issuer().equals(subject) && leaf.issuerKeyId().equals(keyId);
  }

  /** Whether clients that look for this name are content. */
  public boolean covers(String host) {
    return dnsNames.stream().anyMatch(pattern -> CertificateCheck.covers(pattern, host));
  }

  /** The one that ends first of all; empty if there is none. */
  public static Optional<CertificateView> earliestEnd(Collection<CertificateView> all) {
    return all.stream()
        .min(
            Comparator.comparing(CertificateView::notAfter)
                .thenComparing(CertificateView::fingerprint));
  }

  private static String keyId(X509Certificate certificate) {
    byte[] extension = certificate.getExtensionValue(SUBJECT_KEY_IDENTIFIER);
    if (extension == null) {
      return "";
    }
    try {
      return HexFormat.of().formatHex(inner(extension).require(Der.OCTET_STRING).bytes());
    } catch (IllegalArgumentException e) {
      return "";
    }
  }

  private static String issuerKeyId(X509Certificate certificate) {
    byte[] extension = certificate.getExtensionValue(AUTHORITY_KEY_IDENTIFIER);
    if (extension == null) {
      return "";
    }
    try {
      return inner(extension).require(Der.SEQUENCE).children().stream()
          .filter(part -> part.tag() == KEY_IDENTIFIER)
          .findFirst()
          .map(part -> HexFormat.of().formatHex(part.bytes()))
          .orElse("");
    } catch (IllegalArgumentException e) {
      return "";
    }
  }

  private static Der.Element inner(byte[] extension) {
    return Der.parse(Der.parse(extension).require(Der.OCTET_STRING).bytes());
  }
}
