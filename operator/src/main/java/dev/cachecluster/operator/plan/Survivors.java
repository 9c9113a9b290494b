package dev.cachecluster.operator.plan;

import dev.cachecluster.operator.desired.ServerConfig;
import dev.cachecluster.operator.engine.LineMark;
import dev.cachecluster.operator.engine.Role;
import dev.cachecluster.operator.engine.ServerView;
import dev.cachecluster.operator.observed.Lineage;
import dev.cachecluster.operator.observed.ObservedMark;
import dev.cachecluster.operator.observed.ObservedMember;
import dev.cachecluster.operator.observed.ObservedState;
import java.util.Comparator;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Who goes on when every process of a cache that keeps its data is a new one, and what they have
 * was read from their volumes. A snapshot remembers its replication history if its server had
 * replicas; an append-only file never does. So the data bears a mark of its line ({@link
 * LineMark}), and the record says who followed.
 *
 * <p>Nobody is chosen while a member that may have more is still to come: its volume waits for it.
 */
final class Survivors {
  private final ObservedState world;

  Survivors(ObservedState world) {
    this.world = world;
  }

  /**
   * Whether a member's process followed to the end, and lives: what it has never went by way of a
   * disk. One that is a new process, and was told to follow but did not get there, was taken off
   * the record's followers before.
   */
  boolean livedOn(Lineage line, ObservedMember member) {
    return line.followers().contains(member.name())
        && member
            .view()
            .filter(view -> !view.loading() && line.covers(view.history()) && !isFresh(view))
            .isPresent();
  }

  private static boolean isFresh(ServerView view) {
    return view.role() instanceof Role.Replica replica
        && replica.primaryHost().equals(ServerConfig.PLACEHOLDER_HOST);
  }

  /** By the record. Empty if no member has data of any line: then it is lost, and that is said. */
  Optional<Leadership> of(Lineage line) {
    var entitled = new TreeSet<>(line.followers());
    entitled.add(line.primary());
    var byHistory = byHistory(line, entitled);
    if (byHistory.isPresent()) {
      return byHistory;
    }
    var recorded = marked(line, line.primary());
    if (recorded.filter(mark -> mark.term() == line.term()).isPresent()) {
      return Optional.of(back(line.primary()));
    }
    if (recorded.isPresent()) {
      // It was recorded, and ended before it led: who led before has all that it has, or more.
      var mark = recorded.get();
      return Optional.of(
          marked(line, mark.primary()).filter(mark::equals).isPresent()
              ? back(mark.primary())
              : missing(Set.of(mark.primary())));
    }
    var absent = absent(entitled);
    if (!absent.isEmpty()) {
      return Optional.of(missing(absent));
    }
    return line.followers().stream()
        .filter(member -> marked(line, member).isPresent())
        .min(
            Comparator.<String>comparingLong(
                    member -> -marked(line, member).map(LineMark::term).orElse(0L))
                .thenComparing(Comparator.naturalOrder()))
        .map(
            member ->
                (Leadership)
                    new Leadership.Restore(
                        member,
                        line.primary()
                            + (world
                                    .member(line.primary())
                                    .filter(ObservedMember::isUnreadable)
                                    .isPresent()
                                ? " cannot read what it has on its volume; "
                                : " lost what it had on its volume; ")
                            + member
                            + " has what was copied to it"))
        .or(() -> unreadable(entitled))
        .or(this::strangers);
  }

  /** What cannot be read may be all that there is: a person may be able to read it. */
  private Optional<Leadership> unreadable(Set<String> among) {
    var members =
        among.stream()
            .filter(name -> world.member(name).filter(ObservedMember::isUnreadable).isPresent())
            .sorted()
            .toList();
    return members.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Leadership.Await(
                Reason.DATA_CORRUPT,
                "the data of "
                    + String.join(", ", members)
                    + " cannot be read, and nobody else has it; mend the files, or delete the claim"
                    + " and the pod to do without; see docs/runbooks/DataCorrupt.md"));
  }

  /**
   * Snapshots with a history: the one that reaches furthest, once all are there. An empty answer
   * says that none of them has any.
   */
  private Optional<Leadership> byHistory(Lineage line, Set<String> entitled) {
    var best =
        world.members().stream()
            .filter(member -> entitled.contains(member.name()))
            .filter(member -> covered(line, member))
            .max(
                Comparator.<ObservedMember>comparingLong(
                        member -> member.view().map(view -> view.history().offset()).orElse(-1L))
                    .thenComparing(ObservedMember::name, Comparator.reverseOrder()));
    if (best.isEmpty()) {
      return Optional.empty();
    }
    var absent = absent(entitled);
    return Optional.of(absent.isEmpty() ? back(best.get().name()) : missing(absent));
  }

  private static boolean covered(Lineage line, ObservedMember member) {
    return member
        .view()
        .filter(view -> !view.loading() && view.keys() > 0 && line.covers(view.history()))
        .isPresent();
  }

  /** Without a record: a cache that was deleted, and is made again on the volumes that it left. */
  Optional<Leadership> withoutRecord() {
    var unreadable = unreadable(names(_ -> true));
    if (unreadable.isPresent()) {
      return unreadable;
    }
    var marks = world.members().stream().flatMap(member -> member.mark().mark().stream()).toList();
    if (marks.isEmpty()) {
      return Optional.empty();
    }
    var absent = absent(names(_ -> true));
    if (!absent.isEmpty()) {
      return Optional.of(missing(absent));
    }
    var newest = marks.stream().max(Comparator.comparingLong(LineMark::term)).orElseThrow();
    boolean oneLine = marks.stream().map(LineMark::line).distinct().count() == 1;
    boolean heard =
        world
            .member(newest.primary())
            .flatMap(member -> member.mark().mark())
            .filter(newest::equals)
            .isPresent();
    return Optional.of(
        oneLine && heard
            ? back(newest.primary())
            : new Leadership.Await(
                Reason.NO_PROVEN_PRIMARY,
                oneLine
                    ? "the volumes hold a line of data whose last primary, "
                        + newest.primary()
                        + ", is not among the members; raise spec.topology.replicas until it is, or"
                        + " delete the claims of all members but the one that is to lead"
                    : "the volumes hold data of different lines; delete the claims of those members"
                        + " whose data is not wanted"));
  }

  private Optional<LineMark> marked(Lineage line, String member) {
    return world
        .member(member)
        .filter(each -> each.view().filter(view -> !view.loading()).isPresent())
        .flatMap(each -> each.mark().mark())
        .filter(mark -> mark.line().equals(line.id()) && mark.term() <= line.term());
  }

  /** Data that nobody vouches for is a person's to judge. */
  private Optional<Leadership> strangers() {
    var holders =
        world.members().stream()
            .filter(member -> member.view().filter(view -> view.keys() > 0).isPresent())
            .toList();
    return holders.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Leadership.Await(
                Reason.NO_PROVEN_PRIMARY,
                "nobody that followed is left, and "
                    + LeadershipDecision.list(holders)
                    + (holders.size() == 1 ? " holds" : " hold")
                    + " older data; delete the claims of those whose data is not wanted, or of all"
                    + " to begin anew"));
  }

  /** Members that have not said what they have. One whose data was lost says so by having none. */
  private Set<String> absent(Set<String> entitled) {
    var absent = new TreeSet<String>();
    for (var name : entitled) {
      if (world.member(name).filter(member -> !hasSaid(member)).isPresent()) {
        absent.add(name);
      }
    }
    return absent;
  }

  private static boolean hasSaid(ObservedMember member) {
    return member.isUnreadable()
        || (member.view().filter(view -> !view.loading()).isPresent()
            && !(member.mark() instanceof ObservedMark.Unknown));
  }

  private Set<String> names(Predicate<ObservedMember> which) {
    var names = new TreeSet<String>();
    world.members().stream().filter(which).map(ObservedMember::name).forEach(names::add);
    return names;
  }

  private static Leadership back(String member) {
    return new Leadership.Restore(member, "its data came back from its volume");
  }

  /** Who still reads its files needs nobody; of the others a person may know that they are lost. */
  private Leadership missing(Set<String> members) {
    var reading = names(member -> members.contains(member.name()) && member.view().isPresent());
    var silent = new TreeSet<>(members);
    silent.removeAll(reading);
    return new Leadership.Await(
        Reason.WAITING_FOR_SERVERS,
        silent.isEmpty()
            ? "waiting until "
                + String.join(", ", reading)
                + (reading.size() == 1 ? " has read its files" : " have read their files")
            : "waiting for "
                + String.join(", ", silent)
                + ", whose volume may hold newer data; if it is lost for good, delete its claim and"
                + " its pod");
  }
}
