package dev.cachecluster.operator.desired;

import java.util.List;

/**
 * A certificate that the cluster needs.
 *
 * @param secretName where it is kept, with its key and the authority's certificate
 * @param commonName the name of its holder
 * @param hosts the DNS names that it vouches for; none for a client
 */
public record LeafRequest(String secretName, String commonName, List<String> hosts) {
  /** Servers carry names, and are clients too: of each other, and of themselves in probes. */
  public boolean server() {
    return !hosts.isEmpty();
  }
}
