package dev.cachecluster.operator.pki;

import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.ProviderException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The way from a server's certificate to the root that clients trust. It must end at a root that
 * signs itself: OpenSSL, which the servers use, accepts no other end.
 *
 * @param path from the server's own to the root, both included; one only if it vouches for itself
 */
record CertificateChain(List<X509Certificate> path) {
  /** OpenSSL's own bound is 100; a real chain has two to four. */
  static final int LONGEST = 10;

  /** Cost grows without bounds with these (CVE-2023-0464), and no server of ours needs them. */
  private static final String POLICY_MAPPINGS = "2.5.29.33";

  private static final String POLICIES = "2.5.29.32";

  /** Real certificates have one to three; Java's path check multiplies them along the path. */
  private static final int MOST_POLICIES = 20;

  CertificateChain {
    path = List.copyOf(path);
  }

  X509Certificate root() {
    return path.getLast();
  }

  /**
   * The chain from what is shown to a root among the authorities.
   *
   * @param shown what the server shows: its own first, then each one's issuer
   * @param authorities what clients are given; if none, the last one shown must be a root
   */
  static CertificateChain of(List<X509Certificate> shown, List<X509Certificate> authorities)
      throws CertificateRefusal {
    if (shown.size() > LONGEST) {
      throw refused("more than " + LONGEST + " certificates");
    }
    for (int i = 0; i + 1 < shown.size(); i++) {
      if (!issued(shown.get(i + 1), shown.get(i))) {
        throw gap(shown, i);
      }
    }
    var path = new ArrayList<>(shown);
    while (!issued(path.getLast(), path.getLast())) {
      path.add(issuer(path.getLast(), authorities));
      if (path.size() > LONGEST) {
        throw refused("more than " + LONGEST + " certificates");
      }
    }
    X509Certificate root = path.getLast();
    if (!authorities.isEmpty() && !authorities.contains(root)) {
      throw new CertificateRefusal(
          CertificateProblem.WRONG_AUTHORITY, "it ends at " + subject(root));
    }
    if (authorities.isEmpty() && path.size() == 1) {
      throw new CertificateRefusal(CertificateProblem.NO_AUTHORITY, "ca.crt");
    }
    if (path.size() > 1 && !mayIssue(root)) {
      throw new CertificateRefusal(
          CertificateProblem.WRONG_AUTHORITY, subject(root) + " is not one of an authority");
    }
    return new CertificateChain(path);
  }

  private static CertificateRefusal gap(List<X509Certificate> shown, int at) {
    X509Certificate orphan = shown.get(at);
    boolean elsewhere = shown.stream().anyMatch(other -> issued(other, orphan));
    return elsewhere
        ? new CertificateRefusal(
            CertificateProblem.CHAIN_ORDER, "certificate " + (at + 1) + " of tls.crt")
        : new CertificateRefusal(
            CertificateProblem.CHAIN_INCOMPLETE,
            "the one of "
                + CertificateFinding.printable(orphan.getIssuerX500Principal().getName()));
  }

  private static X509Certificate issuer(X509Certificate last, List<X509Certificate> authorities)
      throws CertificateRefusal {
    Optional<X509Certificate> found =
        authorities.stream()
            .filter(authority -> issued(authority, last))
            // A root before a cross-signed certificate of the same authority.
            .min(Comparator.comparing(authority -> !selfNamed(authority)));
    if (found.isPresent()) {
      return found.get();
    }
    if (authorities.isEmpty()) {
      throw new CertificateRefusal(CertificateProblem.NO_AUTHORITY, "ca.crt");
    }
    throw new CertificateRefusal(
        CertificateProblem.WRONG_AUTHORITY,
        "no certificate in ca.crt vouches for one of "
            + CertificateFinding.printable(last.getIssuerX500Principal().getName()));
  }

  private static boolean selfNamed(X509Certificate one) {
    return one.getIssuerX500Principal().equals(one.getSubjectX500Principal());
  }

  /** Whether the one has signed the other. */
  static boolean issued(X509Certificate issuer, X509Certificate one) {
    if (!issuer.getSubjectX500Principal().equals(one.getIssuerX500Principal())) {
      return false;
    }
    try {
      one.verify(issuer.getPublicKey());
      return true;
    } catch (GeneralSecurityException | ProviderException e) {
      return false;
    }
  }

  private static boolean mayIssue(X509Certificate one) {
    boolean[] usage = one.getKeyUsage();
    // Bit 5 is keyCertSign (RFC 5280, 4.2.1.3).
    return one.getBasicConstraints() >= 0 && (usage == null || (usage.length > 5 && usage[5]));
  }

  /** Everything else that issuers can ask for: path lengths, name constraints, critical words. */
  Optional<CertificateFinding> broken(Instant now) {
    if (path.stream().anyMatch(CertificateChain::costly)) {
      return Optional.of(
          refused("policy mappings, or more than " + MOST_POLICIES + " policies").finding());
    }
    if (path.size() == 1) {
      return Optional.empty();
    }
    try {
      PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(root(), null)));
      parameters.setRevocationEnabled(false);
      parameters.setDate(Date.from(begun(now)));
      CertPathValidator.getInstance("PKIX")
          .validate(
              CertificateFactory.getInstance("X.509")
                  .generateCertPath(path.subList(0, path.size() - 1)),
              parameters);
      return Optional.empty();
    } catch (CertPathValidatorException e) {
      // The reason is a word from a closed list, the message is not.
      return Optional.of(
          refused("certificate " + (e.getIndex() + 1) + ": " + e.getReason()).finding());
    } catch (InvalidAlgorithmParameterException e) {
      return Optional.of(refused("the root's own constraints cannot be read").finding());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java runtime can check a path", e);
    }
  }

  private static boolean costly(X509Certificate one) {
    if (one.getExtensionValue(POLICY_MAPPINGS) != null) {
      return true;
    }
    byte[] policies = one.getExtensionValue(POLICIES);
    try {
      return policies != null
          && Der.parse(Der.parse(policies).require(Der.OCTET_STRING).bytes()).children().size()
              > MOST_POLICIES;
    } catch (IllegalArgumentException e) {
      return true;
    }
  }

  /**
   * A certificate of the next minutes counts as valid: whether that is too much is asked before.
   */
  private Instant begun(Instant now) {
    return path.stream()
        .map(c -> c.getNotBefore().toInstant())
        .filter(begin -> begin.isAfter(now))
        .max(Comparator.naturalOrder())
        .orElse(now);
  }

  private static CertificateRefusal refused(String detail) {
    return new CertificateRefusal(CertificateProblem.CHAIN_REFUSED, detail);
  }

  private static String subject(X509Certificate one) {
    return CertificateFinding.printable(one.getSubjectX500Principal().getName());
  }
}
