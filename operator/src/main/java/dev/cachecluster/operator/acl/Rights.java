package dev.cachecluster.operator.acl;

import dev.cachecluster.operator.acl.AclUser.Credentials;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What one application is granted on a cluster; both of its server users have the same.
 *
 * @param keys patterns of keys
 * @param channels patterns of channels
 */
public record Rights(List<String> keys, List<String> channels, Role role) {
  /** How channels of keyspace and keyevent notifications begin. */
  private static final String EVENTS = "__key";

  private static final String OWN_KEYS = "__keyspace@0__:";
  private static final String SPECIAL = "*?[\\";

  public Rights {
    keys = List.copyOf(keys);
    channels = List.copyOf(channels);
  }

  /**
   * Why these rights cannot be granted beside other tenants; empty if they can. Where {@code
   * notify-keyspace-events} is on, a server publishes the names of all keys that change, on
   * channels that begin with {@code __key}. A pattern that reaches them reaches everybody's names,
   * but for those of its own keys: {@code __keyspace@0__:<own key pattern>}.
   */
  public Optional<String> problemIfShared() {
    Set<String> ownEvents = new HashSet<>();
    keys.forEach(key -> ownEvents.add(OWN_KEYS + key));
    boolean reaches =
        channels.stream().anyMatch(channel -> !ownEvents.contains(channel) && meetsEvents(channel));
    return reaches
        ? Optional.of(
            "a channel pattern reaches "
                + EVENTS
                + "..., where the server names other tenants' keys: begin it with letters of"
                + " your own, or write "
                + OWN_KEYS
                + "<one of your key patterns>")
        : Optional.empty();
  }

  /** Errs on the side of yes: from its first special character on, a pattern may match anything. */
  private static boolean meetsEvents(String pattern) {
    for (int i = 0; i < EVENTS.length(); i++) {
      if (i == pattern.length()) {
        return false;
      }
      if (SPECIAL.indexOf(pattern.charAt(i)) >= 0) {
        return true;
      }
      if (pattern.charAt(i) != EVENTS.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /**
   * The server user of these rights.
   *
   * @param shared whether other tenants have keys on the same cluster, see {@link Role}
   */
  public AclUser user(ServerUser who, Credentials credentials, boolean shared) {
    if (shared) {
      problemIfShared()
          .ifPresent(
              problem -> {
                throw new IllegalArgumentException(problem);
              });
    }
    return new AclUser(who.serverName(), credentials, keys, channels, role.commands(shared));
  }
}
