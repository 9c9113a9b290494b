package dev.cachecluster.operator.plan;

import dev.cachecluster.operator.desired.DesiredState;
import dev.cachecluster.operator.desired.ServerConfig;
import dev.cachecluster.operator.engine.Role;
import dev.cachecluster.operator.engine.ServerView;
import dev.cachecluster.operator.observed.ObservedMember;
import dev.cachecluster.operator.observed.ObservedState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How many replicas must be near before a primary takes writes. Closed is the rule; open is the
 * exception for a shard of one replica whose absence was explained, and it is recorded before.
 */
final class Fence {
  /**
   * Open. Whoever is restored is filled from its own volume, and all others are filled from it:
   * that takes as long again as reading the files took, and nobody who could take writes meanwhile,
   * or lead without them, is left. What is acknowledged is on the volume. The first replica that
   * streams closes it.
   */
  static final int AT_RESTORE = 0;

  private final DesiredState desired;
  private final ObservedState world;

  Fence(DesiredState desired, ObservedState world) {
    this.desired = desired;
    this.world = world;
  }

  /** Whether a server refuses writes when no replica is near; what it did not show is open. */
  static boolean isClosed(ServerView server) {
    var fence = server.config().get(ServerConfig.FENCE);
    return fence != null && fence.matches("[0-9]{1,9}") && Integer.parseInt(fence) > 0;
  }

  /**
   * The fence of a primary that leads. It is raised only when a replica streams, or writes would be
   * refused for no gain; and it is lowered only for a shard of one replica whose absence is
   * explained. Empty means: leave it as it is.
   */
  Optional<Integer> ofLeader(String primary) {
    var others = others(primary);
    if (others.isEmpty() || desired.replicas() == 0) {
      return Optional.of(0);
    }
    if (others.stream().anyMatch(member -> member.streamsFrom(desired.names().host(primary)))) {
      return Optional.of(1);
    }
    var only = others.getFirst();
    boolean explained = only.ended() || only.view().filter(view -> !mayLead(view)).isPresent();
    return others.size() == 1 && explained ? Optional.of(0) : Optional.empty();
  }

  /**
   * A replica that has the data and merely lost its link is no reason to lower the fence: writes
   * that it does not get would be lost with the primary.
   */
  private boolean mayLead(ServerView view) {
    return world.lineage().filter(line -> line.covers(view.history())).isPresent();
  }

  /**
   * The fence of a member that is about to lead. With one other member it may be open: that member
   * is proven dead, or has fenced itself and is fed by nobody.
   */
  int atPromotion(String member) {
    return desired.replicas() > 0 && others(member).size() > 1 ? 1 : 0;
  }

  /**
   * Takes the replicas away from a leader that is replaced because it is fenced, and not because it
   * is dead: it may be heard again at any moment by those that still follow it.
   */
  List<Action> withoutTheSilent(String next) {
    var actions = new ArrayList<Action>();
    for (var member : others(next)) {
      if (member.address().isPresent()
          && member.view().isPresent()
          && member.view().get().role() instanceof Role.Replica replica) {
        world.members().stream()
            .filter(other -> desired.names().host(other.name()).equals(replica.primaryHost()))
            .filter(other -> other.view().isEmpty() && !other.ended())
            .forEach(
                silent -> actions.add(new Action.Detach(member.address().get(), silent.name())));
      }
    }
    return actions;
  }

  private List<ObservedMember> others(String primary) {
    return world.members().stream().filter(member -> !member.name().equals(primary)).toList();
  }
}
