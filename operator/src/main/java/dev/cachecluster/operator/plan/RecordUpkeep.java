package dev.cachecluster.operator.plan;

import dev.cachecluster.api.v1alpha1.CacheClusterSpec;
import dev.cachecluster.operator.desired.DesiredState;
import dev.cachecluster.operator.engine.ServerView;
import dev.cachecluster.operator.observed.Lineage;
import dev.cachecluster.operator.observed.ObservedMark;
import dev.cachecluster.operator.observed.ObservedMember;
import dev.cachecluster.operator.observed.ObservedState;
import java.util.Optional;

/** Whether the record says of a leader what is true by now, and the leader's data of itself. */
final class RecordUpkeep {
  private final DesiredState desired;
  private final CacheClusterSpec spec;
  private final ObservedState world;
  private final Fence fence;

  RecordUpkeep(DesiredState desired, CacheClusterSpec spec, ObservedState world, Fence fence) {
    this.desired = desired;
    this.spec = spec;
    this.world = world;
    this.fence = fence;
  }

  private boolean keeps() {
    return spec.persistence().mode().keeps();
  }

  /**
   * What the record lacks: the new name of the history, who follows, and whether the fence is
   * closed. That it is opened is written before; that it is closed, after it was seen.
   */
  Optional<Action> record(Lineage line, String primary, ServerView leader) {
    boolean renamed = !line.replid().equals(leader.history().replid());
    boolean fenced =
        Fence.isClosed(leader) && fence.ofLeader(primary).filter(value -> value == 0).isEmpty();
    var host = desired.names().host(primary);
    boolean followed = world.members().stream().anyMatch(member -> member.streamsFrom(host));
    var next = (renamed ? line.continuedBy(leader.history()) : line).withFence(fenced);
    if (followed) {
      next = next.followed();
    }
    if (keeps()) {
      next = next.kept(new Followers(world, host).of(line));
    }
    return next.equals(line)
        ? Optional.empty()
        : Optional.of(
            new Action.RecordState(
                Optional.of(next), spec, desired.image(), why(line, next, renamed)));
  }

  private static String why(Lineage line, Lineage next, boolean renamed) {
    if (renamed) {
      return "its history goes on under a new name";
    }
    if (!next.followers().equals(line.followers())) {
      return "it is followed by " + next.followers();
    }
    if (line.fenced() == next.fenced()) {
      return "it is followed";
    }
    return next.fenced()
        ? "it takes no writes without a replica"
        : "it takes writes without a replica";
  }

  /** What its data should say of itself, and does not. */
  Optional<Action> mark(ObservedMember leader, Lineage line) {
    return keeps() && !(leader.mark() instanceof ObservedMark.Unknown)
        ? line.kept(line.followers())
            .mark()
            .filter(wanted -> !leader.mark().mark().equals(Optional.of(wanted)))
            .map(
                wanted ->
                    new Action.Mark(
                        leader.address().orElseThrow(),
                        wanted,
                        fence
                            .ofLeader(leader.name())
                            .orElse(Fence.isClosed(leader.view().orElseThrow()) ? 1 : 0)))
        : Optional.empty();
  }
}
