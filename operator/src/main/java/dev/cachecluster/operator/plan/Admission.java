package dev.cachecluster.operator.plan;

import dev.cachecluster.api.v1alpha1.AllowedNamespacesSpec;
import dev.cachecluster.api.v1alpha1.KeyPatterns;
import dev.cachecluster.operator.desired.UserKey;
import dev.cachecluster.operator.observed.ClusterReport;
import dev.cachecluster.operator.observed.ObservedUser;
import java.util.Map;
import java.util.Optional;

/** Whether a CacheUser may have what it asks for. */
final class Admission {
  private Admission() {}

  static boolean isForbidden(AllowedNamespacesSpec allowed, ObservedUser world) {
    return switch (allowed.from()) {
      case ALL -> false;
      case SAME -> !world.key().namespace().equals(world.cluster().namespace());
      case SELECTOR ->
          allowed.selector() == null
              || !Selectors.matches(allowed.selector(), world.namespaceLabels());
    };
  }

  /** Keys are parted between namespaces; who came first keeps what it has. */
  static Optional<String> overlap(ObservedUser world, ClusterReport report) {
    var spec = world.user().getSpec();
    return overlap("spec.keys", KeyPatterns.of(spec.keyPatterns()), report.patterns(), world.key())
        .or(
            () ->
                overlap(
                    "spec.channels",
                    KeyPatterns.of(spec.channelPatterns()),
                    report.channels(),
                    world.key()));
  }

  private static Optional<String> overlap(
      String field, KeyPatterns own, Map<UserKey, KeyPatterns> all, UserKey key) {
    return all.entrySet().stream()
        .filter(entry -> !entry.getKey().namespace().equals(key.namespace()))
        .sorted(Map.Entry.comparingByKey())
        .flatMap(
            entry ->
                own.overlap(entry.getValue()).stream()
                    .map(
                        both ->
                            field
                                + ": "
                                + both.mine()
                                + " overlaps with what namespace "
                                + entry.getKey().namespace()
                                + " was granted before; choose patterns of your own"))
        .findFirst();
  }
}
