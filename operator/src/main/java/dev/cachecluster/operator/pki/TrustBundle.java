package dev.cachecluster.operator.pki;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Authorities as a text lists them, for whoever is to trust them.
 *
 * @param certificates each as PEM, in the order of the text
 * @param fingerprints SHA-256 of each
 */
public record TrustBundle(List<String> certificates, Set<String> fingerprints) {
  public static final TrustBundle NONE = new TrustBundle(List.of(), Set.of());

  public TrustBundle {
    certificates = List.copyOf(certificates);
    fingerprints = Set.copyOf(fingerprints);
  }

  /** Of these certificates. */
  public static TrustBundle of(Collection<String> certificates) {
    return new TrustBundle(
        List.copyOf(new LinkedHashSet<>(certificates)),
        certificates.stream()
            .map(pem -> CertificateView.parse(pem).fingerprint())
            .collect(Collectors.toSet()));
  }

  /**
   * What a text that others can write says; nothing if any of it is not readable or no authority
   * that vouches for itself.
   */
  public static TrustBundle read(String pem) {
    try {
      var found = CertificateEntry.read("ca.crt", pem.getBytes(StandardCharsets.UTF_8));
      return found.stream()
              .allMatch(c -> c.getBasicConstraints() >= 0 && CertificateChain.issued(c, c))
          ? of(found.stream().map(Pem::text).toList())
          : NONE;
    } catch (CertificateRefusal e) {
      return NONE;
    }
  }

  /** With more of them. */
  public TrustBundle and(TrustBundle more) {
    return new TrustBundle(
        Stream.concat(certificates.stream(), more.certificates().stream()).distinct().toList(),
        Stream.concat(fingerprints.stream(), more.fingerprints().stream())
            .collect(Collectors.toSet()));
  }

  /** Without these. */
  public TrustBundle without(TrustBundle others) {
    return others.certificates().isEmpty()
        ? this
        : of(certificates.stream().filter(pem -> !others.certificates().contains(pem)).toList());
  }

  /** As one text. */
  public String text() {
    return String.join("", certificates);
  }
}
