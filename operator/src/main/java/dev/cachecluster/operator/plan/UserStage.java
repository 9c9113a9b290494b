package dev.cachecluster.operator.plan;

import dev.cachecluster.operator.desired.DesiredState;
import dev.cachecluster.operator.desired.Labels;
import dev.cachecluster.operator.desired.UserKey;
import dev.cachecluster.operator.observed.ObservedState;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What the cluster has for its applications: network paths, and nothing of those that are gone. */
final class UserStage {
  /** A pass also decides who leads, and must come to that soon. */
  private static final int AT_ONCE = 25;

  private final DesiredState desired;
  private final ObservedState world;
  private final Drift drift;

  UserStage(DesiredState desired, ObservedState world, Drift drift) {
    this.desired = desired;
    this.world = world;
    this.drift = drift;
  }

  /** Opens paths, and closes those of users who have no grant any more. Nobody waits for it. */
  List<Action> decide() {
    var actions = new ArrayList<Action>();
    desired.paths().stream()
        .flatMap(path -> drift.between(path, world.child(path)).stream())
        .limit(AT_ONCE)
        .forEach(actions::add);
    var wanted = desired.grants().carried();
    world.children().values().stream()
        .filter(object -> object.getMetadata().getDeletionTimestamp() == null)
        .filter(object -> isLeftOver(object, wanted))
        .sorted((a, b) -> a.getMetadata().getName().compareTo(b.getMetadata().getName()))
        .limit(AT_ONCE)
        .forEach(object -> actions.add(new Action.Remove(object, "its CacheUser has no access")));
    return actions;
  }

  private boolean isLeftOver(HasMetadata object, Set<UserKey> wanted) {
    var labels = Optional.ofNullable(object.getMetadata().getLabels()).orElse(Map.of());
    var part = labels.get(Labels.PART);
    if (part == null) {
      return false;
    }
    var user =
        new UserKey(
            labels.getOrDefault(Labels.USER_NAMESPACE, ""), labels.getOrDefault(Labels.USER, ""));
    return switch (part) {
      case Labels.PATH, Labels.CERTIFICATE -> !wanted.contains(user);
      case Labels.GRANT -> desired.grants().orphaned().contains(user);
      default -> false;
    };
  }
}
