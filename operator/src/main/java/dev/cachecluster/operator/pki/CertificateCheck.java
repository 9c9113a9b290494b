package dev.cachecluster.operator.pki;

import dev.cachecluster.operator.acl.Secret;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Judges a server certificate that somebody else made, before any server mounts it. Whatever the
 * bytes are, the answer is a verdict; no text of a key is in it.
 *
 * @param names the DNS names that clients check
 * @param alsoClient whether the server shows it to other servers, too, as it does for replication
 */
public record CertificateCheck(List<String> names, boolean alsoClient) {
  static final Duration CLOCK_TOLERANCE = Duration.ofMinutes(5);
  static final Duration SOON = Duration.ofDays(1);

  private static final String CERTIFICATE = "tls.crt";
  private static final String KEY = "tls.key";
  private static final String AUTHORITY = "ca.crt";
  private static final String SERVER_AUTH = "1.3.6.1.5.5.7.3.1";
  private static final String CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";
  private static final int MOST_NAMES = 10;

  public CertificateCheck {
    names = List.copyOf(names);
  }

  /**
   * Judges the entries of a Secret.
   *
   * @param certificate tls.crt as it was stored; nothing if there is none
   * @param key tls.key
   * @param authority ca.crt; nothing if the chain brings its root along
   * @param random for the proof that the key is the certificate's
   */
  public CertificateVerdict of(
      byte[] certificate, byte[] key, byte[] authority, Instant now, SecureRandom random) {
    try {
      return examine(certificate, key, authority, now, random);
    } catch (RuntimeException e) {
      // A hole in a parser below. It must not become a hole in the pass that asked.
      return refused(
          List.of(new CertificateFinding(CertificateProblem.MALFORMED, "it could not be judged")));
    }
  }

  /** The same without the last net, so that tests see what falls into it. */
  CertificateVerdict examine(
      byte[] certificate, byte[] key, byte[] authority, Instant now, SecureRandom random) {
    var findings = new ArrayList<CertificateFinding>();
    Optional<List<X509Certificate>> shown =
        kept(findings, () -> CertificateEntry.read(CERTIFICATE, certificate));
    Optional<PrivateKey> own = kept(findings, () -> PrivateKeys.read(KEY, key));
    Optional<List<X509Certificate>> trusted =
        kept(findings, () -> CertificateEntry.read(AUTHORITY, authority));
    if (shown.isPresent() && shown.get().isEmpty()) {
      findings.add(new CertificateFinding(CertificateProblem.NO_CERTIFICATE, CERTIFICATE));
    }
    if (!findings.isEmpty()) {
      return refused(findings);
    }
    List<X509Certificate> chain = shown.orElseThrow();
    findings.addAll(holder(chain, own.orElseThrow(), random));
    Optional<CertificateChain> path =
        kept(findings, () -> CertificateChain.of(chain, trusted.orElseThrow()));
    List<X509Certificate> used = path.map(CertificateChain::path).orElse(chain);
    findings.addAll(signatures(used));
    findings.addAll(times(used, now));
    findings.addAll(leaf(chain.getFirst()));
    if (path.isPresent() && findings.stream().allMatch(f -> f.problem().warning())) {
      path.get().broken(now).ifPresent(findings::add);
    }
    if (path.isEmpty() || !findings.stream().allMatch(f -> f.problem().warning())) {
      return refused(findings);
    }
    String key8 = Pem.text("PRIVATE KEY", own.orElseThrow().getEncoded());
    String pem = chain.stream().map(Pem::text).reduce("", String::concat);
    return new CertificateVerdict(
        findings,
        Optional.of(
            new CertificateVerdict.Accepted(
                new KeyPairPem(pem, Secret.of(key8)), Pem.text(path.get().root()))));
  }

  private static CertificateVerdict refused(List<CertificateFinding> findings) {
    return new CertificateVerdict(
        findings.stream().sorted(Comparator.comparing(CertificateFinding::problem)).toList(),
        Optional.empty());
  }

  private interface Reading<T> {
    T read() throws CertificateRefusal;
  }

  private static <T> Optional<T> kept(List<CertificateFinding> findings, Reading<T> reading) {
    try {
      return Optional.of(reading.read());
    } catch (CertificateRefusal e) {
      findings.add(e.finding());
      return Optional.empty();
    }
  }

  /** Whose key is it? */
  private static List<CertificateFinding> holder(
      List<X509Certificate> chain, PrivateKey own, SecureRandom random) {
    for (int i = 0; i < chain.size(); i++) {
      if (PrivateKeys.match(own, chain.get(i).getPublicKey(), random)) {
        return i == 0
            ? List.of()
            : List.of(
                new CertificateFinding(
                    CertificateProblem.CHAIN_ORDER, "the key's own is certificate " + (i + 1)));
      }
    }
    return List.of(new CertificateFinding(CertificateProblem.KEY_MISMATCH, "tls.key, tls.crt"));
  }

  /** A root's signature over itself proves nothing and is not looked at. */
  private static List<CertificateFinding> signatures(List<X509Certificate> used) {
    var found = new ArrayList<CertificateFinding>();
    for (int i = 0; i < used.size(); i++) {
      X509Certificate one = used.get(i);
      boolean root = i > 0 && one.getIssuerX500Principal().equals(one.getSubjectX500Principal());
      if (!root && !SignatureRules.strong(one)) {
        found.add(
            new CertificateFinding(
                CertificateProblem.WEAK_SIGNATURE,
                "certificate "
                    + (i + 1)
                    + ": "
                    + CertificateFinding.printable(one.getSigAlgName())));
      }
    }
    return found;
  }

  private static List<CertificateFinding> times(List<X509Certificate> used, Instant now) {
    var found = new ArrayList<CertificateFinding>();
    for (int i = 0; i < used.size(); i++) {
      Instant begin = used.get(i).getNotBefore().toInstant();
      Instant end = used.get(i).getNotAfter().toInstant();
      String which = "certificate " + (i + 1);
      if (begin.isAfter(now.plus(CLOCK_TOLERANCE))) {
        found.add(
            new CertificateFinding(
                CertificateProblem.NOT_YET_VALID, which + " begins at " + begin));
      }
      if (end.isBefore(now)) {
        found.add(new CertificateFinding(CertificateProblem.EXPIRED, which + " ended at " + end));
      } else if (end.isBefore(now.plus(SOON))) {
        found.add(
            new CertificateFinding(CertificateProblem.EXPIRES_SOON, which + " ends at " + end));
      }
    }
    return found;
  }

  private List<CertificateFinding> leaf(X509Certificate leaf) {
    var found = new ArrayList<CertificateFinding>();
    if (leaf.getBasicConstraints() >= 0) {
      found.add(new CertificateFinding(CertificateProblem.IS_AUTHORITY, "certificate 1"));
    }
    List<String> carried = carried(leaf);
    List<String> missing =
        names.stream()
            .filter(name -> carried.stream().noneMatch(pattern -> covers(pattern, name)))
            .toList();
    if (!missing.isEmpty()) {
      int more = missing.size() - MOST_NAMES;
      found.add(
          new CertificateFinding(
              CertificateProblem.NAMES_MISSING,
              String.join(", ", missing.subList(0, Math.min(MOST_NAMES, missing.size())))
                  + (more > 0 ? " and " + more + " more" : "")));
    }
    List<String> lacking = lackingUsages(leaf);
    if (!lacking.isEmpty()) {
      found.add(
          new CertificateFinding(
              CertificateProblem.WRONG_USAGE, "not allowed: " + String.join(", ", lacking)));
    }
    return found;
  }

  private static List<String> carried(X509Certificate leaf) {
    try {
      return Pem.dnsNames(leaf);
    } catch (IllegalArgumentException e) {
      return List.of();
    }
  }

  /** As clients do it: a star stands for one whole label, the first (RFC 6125, 6.4.3). */
  static boolean covers(String pattern, String name) {
    String wanted = name.toLowerCase(Locale.ROOT);
    String offered = pattern.toLowerCase(Locale.ROOT);
    if (!offered.startsWith("*.")) {
      return offered.equals(wanted);
    }
    int dot = wanted.indexOf('.');
    return dot > 0 && wanted.substring(dot).equals(offered.substring(1));
  }

  /**
   * No extension means no bounds. The word for any purpose is not enough: OpenSSL does not take it
   * for the server's.
   */
  private List<String> lackingUsages(X509Certificate leaf) {
    var lacking = new ArrayList<String>();
    boolean[] usage = leaf.getKeyUsage();
    if (usage != null && !usage[0]) {
      lacking.add("digitalSignature");
    }
    try {
      List<String> purposes = leaf.getExtendedKeyUsage();
      if (purposes != null && !purposes.contains(SERVER_AUTH)) {
        lacking.add("serverAuth");
      }
      if (purposes != null && alsoClient && !purposes.contains(CLIENT_AUTH)) {
        lacking.add("clientAuth");
      }
    } catch (CertificateParsingException e) {
      lacking.add("an unreadable purpose");
    }
    return lacking;
  }
}
