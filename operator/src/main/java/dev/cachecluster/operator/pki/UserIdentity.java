package dev.cachecluster.operator.pki;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * Whom a client certificate names: a CacheUser. The URN is the identity; the common name is for
 * people and logs, and as unique as a digest makes it.
 */
public record UserIdentity(String namespace, String name) {
  private static final String PREFIX = "urn:cachecluster:user:";

  /** RFC 5280, appendix A: ub-common-name. */
  private static final int LONGEST_COMMON_NAME = 64;

  /** 128 bits: whoever may choose names must not find two that look alike. */
  private static final int DIGEST_DIGITS = 32;

  private static final Pattern LABEL = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
  private static final int LONGEST_NAME = 253;

  public UserIdentity {
    if (!LABEL.matcher(namespace).matches()) {
      throw new IllegalArgumentException(
          "the namespace of a CacheUser is a DNS label, as Kubernetes asks for");
    }
    boolean isName = name.length() <= LONGEST_NAME && !name.isEmpty();
    for (String label : name.split("\\.", -1)) {
      isName = isName && LABEL.matcher(label).matches();
    }
    if (!isName) {
      throw new IllegalArgumentException(
          "the name of a CacheUser is DNS labels with dots between them, as Kubernetes asks for");
    }
  }

  /** Neither part can hold a colon, so that no two users share one. */
  public String urn() {
    return PREFIX + namespace + ":" + name;
  }

  /**
   * {@code namespace.name}, or what fits of it, {@code ~} and a digest of the whole. A namespace
   * holds no dot, and neither part a {@code ~}.
   */
  public String commonName() {
    String whole = namespace + "." + name;
    return whole.length() <= LONGEST_COMMON_NAME
        ? whole
        : whole.substring(0, LONGEST_COMMON_NAME - DIGEST_DIGITS - 1)
            + "~"
            + sha256(whole).substring(0, DIGEST_DIGITS);
  }

  private static String sha256(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
  }
}
