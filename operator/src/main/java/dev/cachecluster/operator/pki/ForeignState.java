package dev.cachecluster.operator.pki;

import dev.cachecluster.operator.acl.Secret;
import java.nio.charset.StandardCharsets;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What one cluster uses of somebody else's certificates, as its Secret holds it. Every change of it
 * is one write of that Secret; what stands in it was judged before.
 *
 * @param shown what servers show whose names it carries; empty if all show the cluster's own
 * @param issuers root certificates beside the cluster's own authority that everybody is to trust
 * @param requested whether cert-manager was asked for a certificate
 */
public record ForeignState(Optional<Shown> shown, TrustBundle issuers, boolean requested) {
  /** Nothing of anybody else's. */
  public static final ForeignState NONE =
      new ForeignState(Optional.empty(), TrustBundle.NONE, false);

  public static final String CERTIFICATE = "server.crt";
  public static final String KEY = "server.key";
  public static final String ROOT = "root.crt";
  public static final String ISSUERS = "issuers.crt";
  public static final String REQUESTED = "requested";

  /** All of them: one that a state has nothing for is not there. */
  public static final List<String> ENTRIES = List.of(CERTIFICATE, KEY, ROOT, ISSUERS, REQUESTED);

  /** Before the end of a certificate everybody goes back to one that can be renewed. */
  public static final Duration LAST_HOUR = Duration.ofHours(1);

  /**
   * A server's certificate.
   *
   * @param pair the chain, and the key
   * @param rootPem what it chains to
   */
  public record Shown(KeyPairPem pair, String rootPem) {
    public CertificateView view() {
      return CertificateView.parse(pair.certificatePem());
    }

    public String rootFingerprint() {
      return CertificateView.parse(rootPem).fingerprint();
    }

    /** Whether it is so near its end that nobody should be left with it. */
    public boolean endsWithin(Duration time, Instant now) {
      return !now.plus(time).isBefore(view().notAfter());
    }
  }

  /** With this root beside those that are trusted. */
  public ForeignState trusting(String rootPem) {
    return new ForeignState(shown, issuers.and(TrustBundle.of(List.of(rootPem))), requested);
  }

  public ForeignState showing(Optional<Shown> next) {
    return new ForeignState(next, issuers, requested);
  }

  /** With these roots and no others. */
  public ForeignState trustingOnly(List<String> roots) {
    return new ForeignState(shown, TrustBundle.of(roots), requested);
  }

  public ForeignState requested(boolean is) {
    return new ForeignState(shown, issuers, is);
  }

  /** What a server with this name shows; empty if it shows the cluster's own. */
  public Optional<Shown> shownBy(String host) {
    return shown.filter(one -> one.view().covers(host));
  }

  /**
   * Reads what is stored. What is damaged counts as not there, so that servers go back to the
   * cluster's own.
   *
   * @param data the decoded entries of the Secret
   * @param random for the proof that key and certificate belong together
   */
  public static ForeignState read(Map<String, byte[]> data, SecureRandom random) {
    var roots = bundle(data, ROOT);
    var shown =
        roots.certificates().size() == 1
            ? pair(data, random).map(pair -> new Shown(pair, roots.text()))
            : Optional.<Shown>empty();
    return new ForeignState(shown, bundle(data, ISSUERS), data.containsKey(REQUESTED));
  }

  /** The entries for a state. */
  public Map<String, String> entries() {
    var entries = new LinkedHashMap<String, String>();
    shown.ifPresent(
        one -> {
          entries.put(CERTIFICATE, one.pair().certificatePem());
          entries.put(KEY, one.pair().privateKeyPem().reveal());
          entries.put(ROOT, one.rootPem());
        });
    if (!issuers.certificates().isEmpty()) {
      entries.put(ISSUERS, issuers.text());
    }
    if (requested) {
      entries.put(REQUESTED, "true");
    }
    return entries;
  }

  /**
   * With roots that others still hold, if this was lost: who shows one of theirs is not cut off.
   */
  public ForeignState orTrusting(TrustBundle known) {
    return issuers.certificates().isEmpty() ? new ForeignState(shown, known, requested) : this;
  }

  private static TrustBundle bundle(Map<String, byte[]> data, String entry) {
    return TrustBundle.read(
        new String(data.getOrDefault(entry, new byte[0]), StandardCharsets.UTF_8));
  }

  private static Optional<KeyPairPem> pair(Map<String, byte[]> data, SecureRandom random) {
    try {
      List<X509Certificate> chain =
          CertificateEntry.read(CERTIFICATE, data.getOrDefault(CERTIFICATE, new byte[0]));
      PrivateKey key = PrivateKeys.read(KEY, data.getOrDefault(KEY, new byte[0]));
      return !chain.isEmpty() && PrivateKeys.match(key, chain.getFirst().getPublicKey(), random)
          ? Optional.of(
              new KeyPairPem(
                  chain.stream().map(Pem::text).reduce("", String::concat),
                  Secret.of(Pem.text("PRIVATE KEY", key.getEncoded()))))
          : Optional.empty();
    } catch (CertificateRefusal e) {
      return Optional.empty();
    }
  }
}
