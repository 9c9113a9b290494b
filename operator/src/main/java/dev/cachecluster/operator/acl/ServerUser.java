package dev.cachecluster.operator.acl;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name under which an application's user is known to the servers: {@code
 * <namespace>.<name>~<slot>}. A namespace holds no dot, so the first one parts it from the name,
 * and no name of Kubernetes holds a tilde; so no two users share a name, and none gets one of the
 * operator's, which begin with an underscore.
 *
 * @param namespace of the application's CacheUser
 * @param name of the CacheUser
 * @param slot which of its two server users
 */
public record ServerUser(String namespace, String name, Slot slot) {
  private static final String LABEL = "[a-z0-9](?:[a-z0-9-]*[a-z0-9])?";
  private static final Pattern NAMESPACE = Pattern.compile("(?=.{1,63}$)" + LABEL);
  private static final Pattern SUBDOMAIN =
      Pattern.compile("(?=.{1,253}$)" + LABEL + "(?:\\." + LABEL + ")*");
  private static final Pattern FORM = Pattern.compile("([^.]+)\\.(.+)~([ab])");

  /**
   * Each CacheUser has two server users with equal rights, so that the credentials of one can be
   * given out while the other's still work.
   */
  public enum Slot {
    A,
    B;

    public Slot other() {
      return this == A ? B : A;
    }

    @Override
    public String toString() {
      return this == A ? "a" : "b";
    }
  }

  public ServerUser {
    if (!NAMESPACE.matcher(namespace).matches()) {
      throw new IllegalArgumentException(
          "a namespace is a DNS label: letters, digits and '-', at most 63");
    }
    if (!SUBDOMAIN.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "a name is a DNS subdomain: lower-case letters, digits, '-' and '.', at most 253");
    }
  }

  /** The server's name for it. */
  public String serverName() {
    return namespace + "." + name + "~" + slot;
  }

  /** Whose name this is; empty if it is no application's. */
  public static Optional<ServerUser> parse(String serverName) {
    Matcher parts = FORM.matcher(serverName);
    if (!parts.matches()) {
      return Optional.empty();
    }
    String namespace = parts.group(1);
    String name = parts.group(2);
    if (!NAMESPACE.matcher(namespace).matches() || !SUBDOMAIN.matcher(name).matches()) {
      return Optional.empty();
    }
    Slot slot = parts.group(3).equals("a") ? Slot.A : Slot.B;
    return Optional.of(new ServerUser(namespace, name, slot));
  }
}
