package dev.cachecluster.operator.pki;

import dev.cachecluster.operator.acl.Secret;
import java.nio.charset.StandardCharsets;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Between the authority's Secret and {@link AuthorityState}. What is damaged is told, and as little
 * as possible is lost with it.
 */
public final class AuthoritySecret {
  public static final String CURRENT_CERTIFICATE = "ca.crt";
  public static final String CURRENT_KEY = "ca.key";
  public static final String NEXT_CERTIFICATE = "next.crt";
  public static final String NEXT_KEY = "next.key";
  public static final String PREVIOUS_CERTIFICATES = "previous.crt";
  public static final String HANDLED = "handled";

  /** All of them: one that a state has nothing for is not there. */
  public static final List<String> ENTRIES =
      List.of(
          CURRENT_CERTIFICATE,
          CURRENT_KEY,
          NEXT_CERTIFICATE,
          NEXT_KEY,
          PREVIOUS_CERTIFICATES,
          HANDLED);

  private final Map<String, byte[]> data;
  private final SecureRandom random;
  private final List<String> problems = new ArrayList<>();

  private AuthoritySecret(Map<String, byte[]> data, SecureRandom random) {
    this.data = data;
    this.random = random;
  }

  /**
   * What was read.
   *
   * @param state empty if not even the current authority's certificate can be read
   * @param problems what is damaged and what comes of it; no text of any entry
   */
  public record Reading(Optional<AuthorityState> state, List<String> problems) {
    public Reading {
      problems = List.copyOf(problems);
    }
  }

  /**
   * Reads what is stored.
   *
   * @param data the decoded entries of the Secret
   * @param random for the proof that keys and certificates belong together
   */
  public static Reading read(Map<String, byte[]> data, SecureRandom random) {
    var reading = new AuthoritySecret(data, random);
    return new Reading(reading.state(), reading.problems);
  }

  /** The entries for a state. */
  public static Map<String, String> entries(AuthorityState state) {
    var entries = new LinkedHashMap<String, String>();
    entries.put(CURRENT_CERTIFICATE, state.current().certificatePem());
    state.current().privateKeyPem().ifPresent(key -> entries.put(CURRENT_KEY, key.reveal()));
    state
        .next()
        .ifPresent(
            pair -> {
              entries.put(NEXT_CERTIFICATE, pair.certificatePem());
              entries.put(NEXT_KEY, pair.privateKeyPem().reveal());
            });
    if (!state.previous().isEmpty()) {
      entries.put(PREVIOUS_CERTIFICATES, String.join("", state.previous()));
    }
    state.handled().ifPresent(token -> entries.put(HANDLED, token));
    return entries;
  }

  private Optional<AuthorityState> state() {
    List<X509Certificate> current = authorities(CURRENT_CERTIFICATE);
    if (current.size() != 1) {
      problems.add(
          CURRENT_CERTIFICATE
              + " holds not exactly one authority: it is taken from those who trust it, or restore"
              + " the Secret");
      return Optional.empty();
    }
    var key = key(CURRENT_KEY, current.getFirst());
    if (key.isEmpty()) {
      problems.add(CURRENT_KEY + " is missing or not the authority's: a new authority is made");
    }
    var held = new HeldAuthority(Pem.text(current.getFirst()), key);
    return Optional.of(new AuthorityState(held, next(), previous(), handled()));
  }

  private Optional<KeyPairPem> next() {
    if (blank(NEXT_CERTIFICATE) && blank(NEXT_KEY)) {
      return Optional.empty();
    }
    List<X509Certificate> next = authorities(NEXT_CERTIFICATE);
    var pair =
        next.size() != 1
            ? Optional.<KeyPairPem>empty()
            : key(NEXT_KEY, next.getFirst())
                .map(key -> new KeyPairPem(Pem.text(next.getFirst()), key));
    if (pair.isEmpty()) {
      problems.add(
          "the next authority is not whole and has issued nothing yet: another is made in its"
              + " place");
    }
    return pair;
  }

  private List<String> previous() {
    List<X509Certificate> previous = authorities(PREVIOUS_CERTIFICATES);
    if (previous.isEmpty() && !blank(PREVIOUS_CERTIFICATES)) {
      problems.add(
          PREVIOUS_CERTIFICATES
              + " is not readable: what leaves still need is taken from those who trust it");
    }
    return previous.stream().map(Pem::text).toList();
  }

  private Optional<String> handled() {
    return blank(HANDLED)
        ? Optional.empty()
        : Optional.of(new String(data.getOrDefault(HANDLED, new byte[0]), StandardCharsets.UTF_8));
  }

  private boolean blank(String entry) {
    return new String(data.getOrDefault(entry, new byte[0]), StandardCharsets.ISO_8859_1).isBlank();
  }

  /** None if any of them is unreadable or no authority. */
  private List<X509Certificate> authorities(String entry) {
    try {
      List<X509Certificate> found =
          CertificateEntry.read(entry, data.getOrDefault(entry, new byte[0]));
      // Its own signature is what tells one that was damaged from one that was not.
      return found.stream()
              .allMatch(c -> c.getBasicConstraints() >= 0 && CertificateChain.issued(c, c))
          ? found
          : List.of();
    } catch (CertificateRefusal e) {
      problems.add(e.finding().what());
      return List.of();
    }
  }

  private Optional<Secret> key(String entry, X509Certificate certificate) {
    try {
      PrivateKey key = PrivateKeys.read(entry, data.getOrDefault(entry, new byte[0]));
      return PrivateKeys.match(key, certificate.getPublicKey(), random)
          ? Optional.of(Secret.of(Pem.text("PRIVATE KEY", key.getEncoded())))
          : Optional.empty();
    } catch (CertificateRefusal e) {
      problems.add(e.finding().what());
      return Optional.empty();
    }
  }
}
