package dev.cachecluster.operator.plan;

import dev.cachecluster.api.v1alpha1.CacheClusterSpec;
import dev.cachecluster.operator.desired.DesiredState;
import dev.cachecluster.operator.engine.MemberAddress;
import dev.cachecluster.operator.observed.Lineage;
import dev.cachecluster.operator.observed.ObservedMember;
import dev.cachecluster.operator.observed.ObservedState;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** To whom a primary hands over, and how that is begun. */
final class Succession {
  private final DesiredState desired;
  private final CacheClusterSpec spec;
  private final ObservedState world;

  Succession(DesiredState desired, CacheClusterSpec spec, ObservedState world) {
    this.desired = desired;
    this.spec = spec;
    this.world = world;
  }

  /**
   * To the replica with the most of the history; one whose node stays, and one that is up to date,
   * before any other.
   *
   * @return empty if nobody can take over
   */
  Optional<StageResult> handOver(ObservedMember leader, String why) {
    return handOver(leader, why, _ -> true);
  }

  /** The same, to a replica that does not leave its node, too. */
  Optional<StageResult> handOverElsewhere(ObservedMember leader, String why) {
    return handOver(leader, why, Succession::stays);
  }

  private static boolean stays(ObservedMember member) {
    return member.leaving().isEmpty();
  }

  private Optional<StageResult> handOver(
      ObservedMember leader, String why, Predicate<ObservedMember> may) {
    var host = desired.names().host(leader.name());
    var from = leader.address();
    var target =
        world.members().stream()
            .filter(
                member ->
                    !member.name().equals(leader.name())
                        && member.streamsFrom(host)
                        && !member.deleting())
            .filter(member -> desired.members().containsKey(member.name()))
            .filter(may)
            .max(
                Comparator.<ObservedMember>comparingInt(member -> stays(member) ? 1 : 0)
                    .thenComparingInt(member -> Templates.isOutdated(member, desired) ? 0 : 1)
                    .thenComparingLong(
                        member -> member.view().map(view -> view.history().offset()).orElse(-1L))
                    .thenComparing(ObservedMember::name, Comparator.reverseOrder()));
    if (from.isEmpty()
        || target.isEmpty()
        || leader.view().isEmpty()
        || world.lineage().isEmpty()) {
      return Optional.empty();
    }
    var to = target.get();
    // It begins with an open fence and held writes; see apply.HandOver.
    var line = world.lineage().get().handTo(to.name(), leader.view().get().history(), false);
    return Optional.of(
        StageResult.waiting(
            List.of(
                new Action.RecordState(Optional.<Lineage>of(line), spec, desired.image(), why),
                new Action.HandOver(
                    from.get(),
                    to.address().orElseThrow(),
                    desired.names().host(to.name()),
                    others(leader, to),
                    (int)
                        world.members().stream().filter(member -> member.streamsFrom(host)).count(),
                    desired.primaryService(Optional.of(to.name())),
                    line.mark(),
                    why)),
            RolloutStage.rolling(leader.name() + " hands over to " + to.name() + ": " + why)));
  }

  private List<MemberAddress> others(ObservedMember leader, ObservedMember to) {
    return world.members().stream()
        .filter(member -> !member.equals(leader) && !member.equals(to) && member.view().isPresent())
        .flatMap(member -> member.address().stream())
        .toList();
  }
}
