package dev.cachecluster.operator.observed;

import dev.cachecluster.api.v1alpha1.ClusterAccessSpec;
import dev.cachecluster.api.v1alpha1.EngineType;
import dev.cachecluster.api.v1alpha1.KeyPatterns;
import dev.cachecluster.operator.desired.UserKey;
import java.util.Map;
import java.util.Optional;

/**
 * What the last pass over a cluster has to say to those who use it. A hint: it is made anew by
 * every pass, also by the first one of an operator that has just started, and nothing is lost with
 * it.
 *
 * @param clusterUid of the cluster it speaks of
 * @param access whose users may bind
 * @param caPem what clients are to trust: one authority, and two while it is replaced; empty until
 *     the first was made
 * @param patterns the key patterns of all grants
 * @param channels the channel patterns of all grants
 * @param users by user; one that is missing has no grant
 */
public record ClusterReport(
    String clusterUid,
    EngineType engine,
    ClusterAccessSpec access,
    Optional<String> caPem,
    Map<UserKey, KeyPatterns> patterns,
    Map<UserKey, KeyPatterns> channels,
    Map<UserKey, UserFacts> users) {

  public ClusterReport {
    patterns = Map.copyOf(patterns);
    channels = Map.copyOf(channels);
    users = Map.copyOf(users);
  }
}
