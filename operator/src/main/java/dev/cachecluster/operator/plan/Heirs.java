package dev.cachecluster.operator.plan;

import dev.cachecluster.operator.desired.Names;
import dev.cachecluster.operator.engine.Role;
import dev.cachecluster.operator.observed.Lineage;
import dev.cachecluster.operator.observed.ObservedMember;
import dev.cachecluster.operator.observed.ObservedState;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Members with data outside the recorded line, when nobody of the line is left. A line that began
 * with one primary gets a new name from the engine when its first replica comes (replication.c,
 * syncCommand), and that primary may end before the name was recorded. Nobody else had data when it
 * began, so whoever follows it, and has data, has it from this very line, and may go on. All other
 * data is a person's to judge; none of it is overwritten by beginning anew.
 */
final class Heirs {
  private final Names names;
  private final ObservedState world;

  Heirs(Names names, ObservedState world) {
    this.names = names;
    this.world = world;
  }

  /** Who goes on, or that nobody may; empty if there is no data anywhere. */
  Optional<Leadership> of(Lineage line, String why) {
    var holders =
        world.members().stream()
            .filter(member -> member.view().filter(view -> view.keys() > 0).isPresent())
            .toList();
    if (holders.isEmpty()) {
      return Optional.empty();
    }
    var host = names.host(line.primary());
    return line.begun()
            && holders.stream().allMatch(member -> follows(member, host))
            && shareOneHistory(holders)
        ? holders.stream()
            .max(Comparator.comparingLong(Heirs::offset))
            .map(heir -> new Leadership.FailOver(heir.name(), why))
        : Optional.of(
            new Leadership.Await(
                Reason.NO_PROVEN_PRIMARY,
                "nobody of the recorded line is left, and "
                    + LeadershipDecision.list(holders)
                    + (holders.size() == 1 ? " holds" : " hold")
                    + " data of another history; delete the pods of those whose data is not wanted"));
  }

  private static boolean shareOneHistory(List<ObservedMember> members) {
    return members.stream()
            .flatMap(member -> member.view().stream())
            .map(view -> view.history().replid())
            .distinct()
            .count()
        == 1;
  }

  private static long offset(ObservedMember member) {
    return member.view().map(view -> view.history().offset()).orElse(-1L);
  }

  private static boolean follows(ObservedMember member, String host) {
    return member
        .view()
        .filter(
            view ->
                view.role() instanceof Role.Replica replica && replica.primaryHost().equals(host))
        .isPresent();
  }
}
