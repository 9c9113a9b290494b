package dev.cachecluster.operator.plan;

import dev.cachecluster.operator.desired.Names;
import dev.cachecluster.operator.desired.ServerConfig;
import dev.cachecluster.operator.engine.Role;
import dev.cachecluster.operator.observed.Lineage;
import dev.cachecluster.operator.observed.ObservedMember;
import dev.cachecluster.operator.observed.ObservedMember.ProcessState;
import dev.cachecluster.operator.observed.ObservedState;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Whether a leader that is out of reach is proven to have stopped taking writes by itself. */
final class FenceProof {
  /** Beyond the fence's lag: a fenced primary counts its replicas once a second. */
  private static final Duration FENCE_MARGIN = Duration.ofSeconds(2);

  /** How long a silence that proves nothing may still end by itself. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Names names;
  private final ObservedState world;
  private final String silent;

  FenceProof(Names names, ObservedState world, String silent) {
    this.names = names;
    this.world = world;
    this.silent = silent;
  }

  /**
   * The primary is out of reach and nothing proves its death. With N replicas and a fence of W it
   * can take writes only while W of them hear it; so if N − W + 1 were reached, or proven ended,
   * and none of those heard from it for the fence's lag, it is fenced. A moment more, and it knows
   * it too. All of that holds only for a fence that was closed to begin with, which the record
   * says.
   *
   * @return what the proof still lacks; empty if it is complete
   */
  Optional<Leadership> missing(String what) {
    if (!world.lineage().map(Lineage::fenced).orElse(false)) {
      boolean lately =
          world.now().isBefore(world.lastSeen().getOrDefault(silent, world.now()).plus(PATIENCE));
      return Optional.of(
          new Leadership.Await(
              lately ? Reason.WAITING_FOR_EVIDENCE : Reason.NO_PROVEN_PRIMARY,
              silent
                  + " gives no sign of life ("
                  + what
                  + "), and it may take writes all the same: it was last told to do so without a replica; "
                  + "bring its node back, or delete its pod if it is lost for good"));
    }
    var lag = Duration.ofSeconds(ServerConfig.FENCE_LAG_SECONDS);
    var others = world.members().stream().filter(member -> !member.name().equals(silent)).toList();
    int needed = others.size() - ServerConfig.fence(others.size()) + 1;
    long withoutWord = others.stream().filter(member -> withoutWord(member, lag)).count();
    if (others.isEmpty() || withoutWord < needed) {
      return Optional.of(
          new Leadership.Await(
              Reason.WAITING_FOR_EVIDENCE,
              silent
                  + " gives no sign of life ("
                  + what
                  + "), but it may still lead: too few replicas prove the contrary"));
    }
    var lastSign =
        others.stream()
            .flatMap(member -> lastWord(member).stream())
            .reduce(world.lastSeen().getOrDefault(silent, world.now()), FenceProof::later);
    return world.now().isBefore(lastSign.plus(lag).plus(FENCE_MARGIN))
        ? Optional.of(
            new Leadership.Await(
                Reason.WAITING_FOR_EVIDENCE,
                silent + " gives no sign of life; its fence is closing"))
        : Optional.empty();
  }

  private boolean withoutWord(ObservedMember member, Duration lag) {
    return switch (member.process()) {
      case ProcessState.Ended _ -> true;
      case ProcessState.Silent _, ProcessState.Refusing _ -> false;
      case ProcessState.Answering(var view) ->
          switch (view.role()) {
            case Role.Primary _ -> true;
            case Role.Replica replica when !replica.primaryHost().equals(names.host(silent)) ->
                true;
            case Role.Replica replica ->
                replica.linkUp()
                    ? replica.lastIoSeconds() >= lag.toSeconds()
                    : replica.linkDownSeconds() < 0 || replica.linkDownSeconds() >= lag.toSeconds();
          };
    };
  }

  private Optional<Instant> lastWord(ObservedMember member) {
    return member
        .view()
        .filter(view -> view.role() instanceof Role.Replica)
        .map(view -> (Role.Replica) view.role())
        .filter(replica -> replica.primaryHost().equals(names.host(silent)))
        .map(replica -> replica.linkUp() ? replica.lastIoSeconds() : replica.linkDownSeconds())
        .filter(seconds -> seconds >= 0)
        .map(seconds -> world.now().minusSeconds(seconds));
  }

  private static Instant later(Instant a, Instant b) {
    return a.isAfter(b) ? a : b;
  }
}
