package dev.cachecluster.operator.observed;

import dev.cachecluster.api.v1alpha1.CacheUser;
import dev.cachecluster.operator.desired.Grant;
import dev.cachecluster.operator.desired.Names;
import dev.cachecluster.operator.desired.UserKey;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * The world around one CacheUser, as one pass saw it.
 *
 * @param now when it was seen
 * @param user as the API has it
 * @param cluster the names of the CacheCluster that it asks for
 * @param place what became of that cluster
 * @param namespaceLabels of the user's own namespace, as a selector sees them
 * @param report the cluster's last word; empty until its first pass
 * @param grantSecret what lies where the grant should lie, whoever put it there
 * @param grant what it says; empty if there is none, or if it is damaged
 * @param binding what lies where the binding should lie, whoever put it there
 */
public record ObservedUser(
    Instant now,
    CacheUser user,
    Names cluster,
    Place place,
    Map<String, String> namespaceLabels,
    Optional<ClusterReport> report,
    Optional<HasMetadata> grantSecret,
    Optional<Grant> grant,
    Optional<HasMetadata> binding) {

  /** What became of a cluster that a user asks for. */
  public enum Place {
    STANDS,
    /** A live read said that there is none. */
    ABSENT,
    /** It was asked to go. */
    GOING
  }

  public UserKey key() {
    return new UserKey(user.getMetadata().getNamespace(), user.getMetadata().getName());
  }

  /** What the cluster's last pass saw of this user. */
  public Optional<UserFacts> facts() {
    return report.flatMap(known -> Optional.ofNullable(known.users().get(key())));
  }
}
