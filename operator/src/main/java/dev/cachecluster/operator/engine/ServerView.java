package dev.cachecluster.operator.engine;

import dev.cachecluster.operator.acl.AclListing;
import java.time.Instant;
import java.util.Map;

/**
 * One look at a server, of one round trip.
 *
 * @param runId changes with every start of the process
 * @param version of the engine itself, such as 8.1.1
 * @param loading whether it is reading its data from disk
 * @param keys in all databases, expired ones that were not yet removed included
 * @param syncFull full copies it has handed to replicas since its start
 * @param syncPartialOk partial resyncs it has granted since its start
 * @param saves whether what it last tried to write to its disk is there; true if it never tried
 * @param config the settings asked for; one that the server does not know is not in it
 * @param acl its access list as it is in force
 * @param seenAt when the answer was there
 */
public record ServerView(
    String runId,
    String version,
    Role role,
    History history,
    boolean loading,
    long keys,
    long usedMemoryBytes,
    long syncFull,
    long syncPartialOk,
    boolean saves,
    Map<String, String> config,
    AclListing acl,
    Instant seenAt) {
  public ServerView {
    config = Map.copyOf(config);
  }

  /**
   * Whether it is known to be somebody else than the member of this name: by what it announces
   * itself as, if that was asked for.
   */
  public boolean isAnother(String host) {
    String announced = config.getOrDefault("replica-announce-ip", "");
    return !announced.isEmpty() && !announced.equals(host);
  }

  /** One fingerprint of its whole access list. */
  public String aclDigest() {
    return acl.digest();
  }
}
