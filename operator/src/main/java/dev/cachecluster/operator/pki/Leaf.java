package dev.cachecluster.operator.pki;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a leaf certificate is to say.
 *
 * @param commonName for people and for audit; checks go by the DNS names
 * @param dnsNames the names it is valid for; none for a pure client
 * @param user the CacheUser that it names; none for the cluster's own parts
 */
public record Leaf(
    String commonName,
    List<String> dnsNames,
    Optional<UserIdentity> user,
    Usage usage,
    Duration lifetime) {
  private static final int LONGEST_COMMON_NAME = 64;
  private static final Pattern COMMON_NAME = Pattern.compile("[A-Za-z0-9_.~-]{1,64}");
  private static final Pattern DNS_NAME =
      Pattern.compile(
          "(\\*\\.)?[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*");

  /** What the holder may do with it. */
  public enum Usage {
    /** Answers clients, and is itself a client of other members. */
    MEMBER,
    /** Only connects. */
    CLIENT
  }

  public Leaf {
    dnsNames = List.copyOf(dnsNames);
    if (!COMMON_NAME.matcher(commonName).matches()) {
      throw new IllegalArgumentException(
          "the common name of a certificate has 1 to "
              + LONGEST_COMMON_NAME
              + " letters, digits, '_', '.', '~' or '-'");
    }
    for (String name : dnsNames) {
      if (name.length() > 253 || !DNS_NAME.matcher(name).matches()) {
        throw new IllegalArgumentException(
            "not a DNS name in lower case, so no certificate can carry it: " + name);
      }
    }
    if (usage == Usage.MEMBER && dnsNames.isEmpty()) {
      throw new IllegalArgumentException(
          "a member's certificate needs at least one DNS name, or no client can check it");
    }
    if (user.isPresent() && (usage != Usage.CLIENT || !dnsNames.isEmpty())) {
      throw new IllegalArgumentException(
          "a certificate that names a CacheUser is a client's, without DNS names, so that no server"
              + " can be played with it");
    }
    if (lifetime.isNegative() || lifetime.isZero()) {
      throw new IllegalArgumentException("the lifetime of a certificate must be positive");
    }
  }

  /** One of the cluster's own parts. */
  public Leaf(String commonName, List<String> dnsNames, Usage usage, Duration lifetime) {
    this(commonName, dnsNames, Optional.empty(), usage, lifetime);
  }

  /** The client certificate of a CacheUser. */
  public static Leaf of(UserIdentity user, Duration lifetime) {
    return new Leaf(user.commonName(), List.of(), Optional.of(user), Usage.CLIENT, lifetime);
  }
}
