package dev.cachecluster.operator.desired;

import dev.cachecluster.operator.acl.ServerUser;
import dev.cachecluster.operator.acl.ServerUser.Slot;
import java.util.Comparator;

/**
 * A CacheUser, by its place.
 *
 * @param namespace the application's
 * @param name of the CacheUser
 */
public record UserKey(String namespace, String name) implements Comparable<UserKey> {
  private static final Comparator<UserKey> ORDER =
      Comparator.comparing(UserKey::namespace).thenComparing(UserKey::name);

  /** One of its two server users. */
  public ServerUser serverUser(Slot slot) {
    return new ServerUser(namespace, name, slot);
  }

  @Override
  public int compareTo(UserKey other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return namespace + "/" + name;
  }
}
