package dev.cachecluster.operator.desired;

import java.util.List;
import java.util.Optional;

/**
 * A certificate that the cluster needs.
 *
 * @param secretName where it is kept, with its key and the authority's certificate
 * @param commonName the name of its holder
 * @param hosts the DNS names that it vouches for; none for a client
 * @param user the application that it names
 */
public record LeafRequest(
    String secretName, String commonName, List<String> hosts, Optional<UserKey> user) {

  static LeafRequest client(String secretName, String commonName) {
    return new LeafRequest(secretName, commonName, List.of(), Optional.empty());
  }

  static LeafRequest server(String secretName, String commonName, List<String> hosts) {
    return new LeafRequest(secretName, commonName, hosts, Optional.empty());
  }

  static LeafRequest ofUser(String secretName, UserKey user) {
    return new LeafRequest(secretName, user.toString(), List.of(), Optional.of(user));
  }

  /** Servers carry names, and are clients too: of each other, and of themselves in probes. */
  public boolean server() {
    return !hosts.isEmpty();
  }
}
