package dev.cachecluster.operator.plan;

import dev.cachecluster.operator.desired.Names;
import dev.cachecluster.operator.engine.Role;
import dev.cachecluster.operator.engine.ServerView;
import dev.cachecluster.operator.observed.Lineage;
import dev.cachecluster.operator.observed.ObservedMember;
import dev.cachecluster.operator.observed.ObservedMember.ProcessState;
import dev.cachecluster.operator.observed.ObservedState;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The safety rules about leaders, as one pure decision: history decides, never size; and an
 * unreachable primary is replaced only when it is proven dead, or proven to be fenced.
 */
final class LeadershipDecision {
  /** How long the others are waited for before the best of those that answered is chosen. */
  private static final Duration GRACE = Duration.ofSeconds(2);

  /**
   * How long a server may be silent after the operator first looked before that is called a
   * trouble.
   */
  private static final Duration START = Duration.ofSeconds(60);

  private final Names names;
  private final ObservedState world;
  private final boolean keeps;

  /**
   * @param keeps whether members have volumes: what a process had may come back with the next one
   */
  LeadershipDecision(Names names, ObservedState world, boolean keeps) {
    this.names = names;
    this.world = world;
    this.keeps = keeps;
  }

  Leadership decide() {
    return world.lineage().map(this::byRecord).orElseGet(this::withoutRecord);
  }

  private Leadership byRecord(Lineage line) {
    var recorded = world.member(line.primary());
    if (recorded.isEmpty()) {
      return choose(line, "its member was removed");
    }
    return switch (recorded.get().process()) {
      case ProcessState.Answering(var view) -> recordedAnswers(line, recorded.get(), view);
      case ProcessState.Ended(var why) -> choose(line, why);
      case ProcessState.Silent(var cause, var message) ->
          withoutProof(line, line.primary(), "no answer (" + cause + ")");
      case ProcessState.Refusing(var message) ->
          withoutProof(line, line.primary(), "it refuses: " + message);
    };
  }

  private Leadership recordedAnswers(Lineage line, ObservedMember recorded, ServerView view) {
    return switch (view.role()) {
      case Role.Primary _ when line.covers(view.history()) -> new Leadership.Leads(recorded.name());
      case Role.Primary _ ->
          rivals(line, recorded)
              .map(
                  rival ->
                      (Leadership)
                          new Leadership.Await(
                              Reason.NO_PROVEN_PRIMARY,
                              recorded.name()
                                  + " leads with a history that is not the recorded one, which "
                                  + rival.name()
                                  + " has; delete the pod of the one whose data is not wanted"))
              .orElse(new Leadership.Leads(recorded.name()));
      case Role.Replica replica -> recordedFollows(line, recorded, replica);
    };
  }

  /**
   * Members that have the recorded history while the recorded primary has another. Without any, the
   * new name is the engine's own doing: a primary whose first replica comes forgets its old one,
   * since nobody can share it (replication.c, syncCommand). A process never leads by itself, and
   * the record was written before it was told to.
   */
  private Optional<ObservedMember> rivals(Lineage line, ObservedMember recorded) {
    var host = names.host(recorded.name());
    return world.members().stream()
        .filter(member -> !member.name().equals(recorded.name()))
        .filter(member -> member.view().filter(view -> line.covers(view.history())).isPresent())
        .filter(member -> !member.streamsFrom(host))
        .findFirst();
  }

  /**
   * The recorded primary follows: a hand-over or failover is unfinished, or its process is a new
   * one.
   */
  private Leadership recordedFollows(Lineage line, ObservedMember recorded, Role.Replica replica) {
    var leader =
        world.members().stream()
            .filter(member -> !member.name().equals(recorded.name()))
            .filter(member -> names.host(member.name()).equals(replica.primaryHost()))
            .findFirst();
    if (leader.isEmpty()) {
      return choose(line, "its process is a new one");
    }
    return switch (leader.get().process()) {
      case ProcessState.Answering(var view)
          when view.role() instanceof Role.Primary && line.covers(view.history()) ->
          new Leadership.TakeBack(
              leader.get().name(), "the hand-over to " + recorded.name() + " did not come about");
      case ProcessState.Answering _ -> choose(line, "nobody leads");
      case ProcessState.Ended(var why) -> choose(line, why);
      case ProcessState.Silent _, ProcessState.Refusing _ ->
          withoutProof(line, leader.get().name(), "no answer");
    };
  }

  private Leadership withoutProof(Lineage line, String silent, String what) {
    return notFenced(silent, what)
        .orElseGet(() -> choose(line, silent + " is fenced: no replica hears it"));
  }

  private Optional<Leadership> notFenced(String silent, String what) {
    return new FenceProof(names, world, silent).missing(what);
  }

  /**
   * A silent member that somebody was told to follow has led, whatever the record says by now: a
   * hand-over may have been recorded and not begun.
   */
  private Optional<Leadership> silentLeader() {
    return unknown().stream()
        .filter(member -> member.view().isEmpty() && isFollowed(member))
        .flatMap(member -> notFenced(member.name(), "no answer").stream())
        .findFirst();
  }

  private boolean isFollowed(ObservedMember leader) {
    var host = names.host(leader.name());
    return world.members().stream()
        .flatMap(member -> member.view().stream())
        .anyMatch(
            view ->
                view.role() instanceof Role.Replica replica && replica.primaryHost().equals(host));
  }

  /**
   * Nobody leads, by proof. The best of the recorded line shall; if none is left, it is said so.
   */
  private Leadership choose(Lineage line, String why) {
    var stillLeads =
        world.members().stream()
            .filter(ObservedMember::isPrimary)
            .filter(member -> member.view().map(view -> line.covers(view.history())).orElse(false))
            .findFirst();
    if (stillLeads.isPresent()) {
      return new Leadership.TakeBack(stillLeads.get().name(), why);
    }
    var survivors = new Survivors(world);
    if (keeps && world.members().stream().noneMatch(member -> survivors.livedOn(line, member))) {
      return survivors.of(line).orElseGet(() -> begin(true));
    }
    var best =
        world.members().stream()
            .filter(member -> !keeps || survivors.livedOn(line, member))
            .filter(
                member ->
                    member
                        .view()
                        .filter(view -> !view.loading() && line.covers(view.history()))
                        .isPresent())
            .max(
                Comparator.<ObservedMember>comparingInt(member -> member.deleting() ? 0 : 1)
                    .thenComparingLong(
                        member -> member.view().map(view -> view.history().offset()).orElse(-1L))
                    .thenComparing(ObservedMember::name, Comparator.reverseOrder()));
    var unknown = unknown();
    if (best.isPresent()) {
      return unknown.stream().noneMatch(this::heardLately)
          ? silentLeader().orElse(new Leadership.FailOver(best.get().name(), why))
          : new Leadership.Await(
              Reason.WAITING_FOR_EVIDENCE,
              "waiting for " + list(unknown) + " before a primary is chosen");
    }
    if (unknown.isEmpty()) {
      return new Heirs(names, world).of(line, why).orElseGet(() -> begin(true));
    }
    return unknown.stream().allMatch(this::heardLately)
        ? new Leadership.Await(
            Reason.WAITING_FOR_SERVERS, "waiting for an answer of " + list(unknown))
        : noProvenPrimary(unknown, "no member that answers continues the recorded line");
  }

  /** No record: a new shard, or one whose record was lost. */
  private Leadership withoutRecord() {
    var unknown = unknown();
    if (unknown.stream().anyMatch(this::mayStillStart)) {
      return new Leadership.Await(
          Reason.WAITING_FOR_SERVERS, "waiting for an answer of " + list(unknown));
    }
    if (!unknown.isEmpty()) {
      return noProvenPrimary(unknown, "there is no record of who led");
    }
    var primaries = world.members().stream().filter(ObservedMember::isPrimary).toList();
    if (keeps && primaries.isEmpty()) {
      var survivor = new Survivors(world).withoutRecord();
      if (survivor.isPresent()) {
        return survivor.get();
      }
    }
    if (primaries.size() == 1) {
      return new Leadership.Adopt(primaries.getFirst().name());
    }
    boolean data =
        world.members().stream()
            .flatMap(member -> member.view().stream())
            .anyMatch(view -> view.keys() > 0);
    return primaries.isEmpty() && !data
        ? begin(false)
        : new Leadership.Await(
            Reason.NO_PROVEN_PRIMARY,
            "there is no record of who led, and the servers are ambiguous; keep the one with the right data as the only "
                + "primary, or delete the pods of all others, and the operator goes on");
  }

  private Leadership begin(boolean dataLost) {
    return world.members().stream()
        .filter(
            member ->
                member.view().filter(view -> !view.loading()).isPresent() && !member.deleting())
        .min(Comparator.comparing(ObservedMember::name))
        .<Leadership>map(member -> new Leadership.Begin(member.name(), dataLost))
        .orElse(new Leadership.Await(Reason.WAITING_FOR_SERVERS, "no server runs yet"));
  }

  private static Leadership noProvenPrimary(List<ObservedMember> unknown, String why) {
    return new Leadership.Await(
        Reason.NO_PROVEN_PRIMARY,
        why
            + ", and "
            + list(unknown)
            + " may hold newer data; bring its node back, or delete its pod if it is lost for good");
  }

  /** Members that may run and hold data, for all that is known. */
  private List<ObservedMember> unknown() {
    return world.members().stream()
        .filter(
            member ->
                switch (member.process()) {
                  case ProcessState.Answering(var view) -> view.loading();
                  case ProcessState.Ended _ -> false;
                  case ProcessState.Silent _, ProcessState.Refusing _ -> true;
                })
        .toList();
  }

  /**
   * A server that never answered yet is most likely one that starts: nobody has to be called for
   * that.
   */
  private boolean mayStillStart(ObservedMember member) {
    return world.now().isBefore(lastSeen(member.name()).plus(START));
  }

  /**
   * A member that was there a moment ago may be there again in a moment, with more of the history.
   */
  private boolean heardLately(ObservedMember member) {
    return world.now().isBefore(lastSeen(member.name()).plus(GRACE));
  }

  static String list(List<ObservedMember> members) {
    return members.stream().map(ObservedMember::name).collect(Collectors.joining(", "));
  }

  private Instant lastSeen(String member) {
    return world.lastSeen().getOrDefault(member, world.now());
  }
}
