package dev.cachecluster.operator.acl;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * A value that must not be printed: a password or a private key. It is not a record and not
 * serializable, so that neither a log line, a JSON mapper nor an exception message can carry it by
 * accident; {@link #reveal()} is the one way out, and easy to search for.
 */
public final class Secret {
  private static final int RANDOM_BYTES = 32;

  private final byte[] bytes;

  private Secret(byte[] bytes) {
    this.bytes = bytes;
  }

  /** The given text, exactly: neither trimmed nor normalised. */
  public static Secret of(String text) {
    if (text.isEmpty()) {
      throw new IllegalArgumentException("a secret must not be empty");
    }
    return new Secret(text.getBytes(StandardCharsets.UTF_8));
  }

  /** A password of 256 random bits in letters, digits, '-' and '_'. */
  public static Secret random(SecureRandom random) {
    byte[] raw = new byte[RANDOM_BYTES];
    random.nextBytes(raw);
    return of(Base64.getUrlEncoder().withoutPadding().encodeToString(raw));
  }

  /** The value itself, for the one place that must send or store it. */
  public String reveal() {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** The form in which an access list stores a password: SHA-256 in lower-case hex. */
  public String sha256Hex() {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
  }

  /**
   * Compares in constant time, so that timing tells nothing about how much of a guess was right.
   */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Secret that && MessageDigest.isEqual(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    // Of the digest, not of the value: a hash code may end up in a dump.
    return sha256Hex().hashCode();
  }

  @Override
  public String toString() {
    return "Secret(***)";
  }
}
