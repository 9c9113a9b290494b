package dev.cachecluster.operator.plan;

import dev.cachecluster.api.v1alpha1.CacheClusterSpec;
import dev.cachecluster.operator.desired.DesiredState;
import dev.cachecluster.operator.engine.MemberAddress;
import dev.cachecluster.operator.observed.Lineage;
import dev.cachecluster.operator.observed.ObjectKey;
import dev.cachecluster.operator.observed.ObservedMember;
import dev.cachecluster.operator.observed.ObservedPod;
import dev.cachecluster.operator.observed.ObservedState;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * ROLLOUT: does every member run from the template of the spec, and is there none too many? One
 * disruption at a time: members that do not run first, replicas before the primary, and the primary
 * only after it has handed over.
 */
final class RolloutStage {
  private final DesiredState desired;
  private final CacheClusterSpec spec;
  private final ObservedState world;

  RolloutStage(DesiredState desired, CacheClusterSpec spec, ObservedState world) {
    this.desired = desired;
    this.spec = spec;
    this.world = world;
  }

  /**
   * What may be done although not all is well: members whose server does not run are nobody's loss,
   * and a primary that was asked to go hands over while it still can.
   */
  StageResult urgent(Optional<String> primary) {
    var leaving =
        primary
            .flatMap(world::member)
            .filter(ObservedMember::deleting)
            .flatMap(leader -> handOver(leader, "its pod was asked to go"));
    if (leaving.isPresent()) {
      return leaving.get();
    }
    var actions = new ArrayList<Action>();
    for (var member : world.members()) {
      if (member.ended() && primary.isPresent() && isExcess(member)) {
        actions.addAll(removal(member));
      } else if (member.ended() && outdated(member) && maybeRolled(member)) {
        member
            .pod()
            .filter(pod -> !pod.deleting() && pod.processEnded())
            .ifPresent(pod -> actions.add(restart(member, pod)));
      }
    }
    actions.addAll(unstarted());
    return actions.isEmpty()
        ? StageResult.nothing()
        : StageResult.waiting(
            actions, rolling("members that do not run get the template of the spec"));
  }

  /**
   * Whether a member that does not run may get the template of the spec out of turn: it cannot
   * start with the one it has, or nobody fails with the new one. Else it comes back as it was.
   */
  private boolean maybeRolled(ObservedMember member) {
    return WorkloadStage.trouble(member).isPresent()
        || world.members().stream().noneMatch(this::failsWithTheNewTemplate);
  }

  private boolean failsWithTheNewTemplate(ObservedMember member) {
    var workload = desired.members().get(member.name());
    if (workload == null || !member.ended()) {
      return false;
    }
    return member.pod().isPresent()
        ? !outdated(member)
        : world
            .child(workload)
            .filter(live -> Templates.spec(live).equals(Templates.spec(workload)))
            .isPresent();
  }

  /** A member without a pod takes its new template with the next one. */
  private List<Action> unstarted() {
    var actions = new ArrayList<Action>();
    for (var member : world.members()) {
      var workload = desired.members().get(member.name());
      if (member.pod().isEmpty() && workload != null && member.ended() && maybeRolled(member)) {
        var live = world.child(workload);
        if (live.isPresent() && !Templates.spec(live.get()).equals(Templates.spec(workload))) {
          actions.add(new Action.Apply(Drift.marked(workload), Action.Change.CHANGED));
        }
      }
    }
    return actions;
  }

  /** The staged part; asked only when every member that should serve does. */
  StageResult staged(String primary) {
    var excess = excess();
    var outdated =
        world.members().stream()
            .filter(member -> !excess.contains(member))
            .filter(this::outdated)
            .toList();
    var unsettled =
        world.members().stream()
            .filter(
                member ->
                    !member.name().equals(primary)
                        && !excess.contains(member)
                        && !isSettled(member))
            .findFirst();
    if (unsettled.isPresent() && !(excess.isEmpty() && outdated.isEmpty())) {
      return outdated.contains(unsettled.get())
          ? restart(unsettled.get())
          : StageResult.waiting(
              List.of(),
              rolling(unsettled.get().name() + " is not ready yet; nobody else is touched before"));
    }
    var next =
        excess.stream().filter(member -> !member.name().equals(primary)).reduce((_, last) -> last);
    if (next.isPresent()) {
      return remove(next.get());
    }
    var replica =
        outdated.stream()
            .filter(member -> !member.name().equals(primary))
            .reduce((_, last) -> last);
    if (replica.isPresent()) {
      return restart(replica.get());
    }
    var leader = world.member(primary).orElseThrow();
    if (excess.contains(leader)) {
      return handOver(leader, "it is to be removed").orElse(blockedByReplicas(leader));
    }
    if (outdated.contains(leader)) {
      return world.members().size() == 1
          ? restart(leader)
          : handOver(leader, "it is the last to be restarted").orElse(blockedByReplicas(leader));
    }
    return StageResult.nothing();
  }

  private StageResult blockedByReplicas(ObservedMember leader) {
    return StageResult.waiting(
        List.of(),
        rolling(
            "no replica can take over from " + leader.name() + " yet; it is not restarted before"));
  }

  private List<ObservedMember> excess() {
    return world.members().stream().filter(this::isExcess).toList();
  }

  private boolean isExcess(ObservedMember member) {
    return !desired.members().containsKey(member.name());
  }

  /** Whether a member serves, and is to go on doing so. */
  private static boolean isSettled(ObservedMember member) {
    return member.pod().filter(pod -> pod.ready() && pod.gateOpen() && !pod.deleting()).isPresent();
  }

  private boolean outdated(ObservedMember member) {
    var workload = desired.members().get(member.name());
    return workload != null
        && member.pod().filter(pod -> !pod.spec().equals(Templates.spec(workload))).isPresent();
  }

  private StageResult restart(ObservedMember member) {
    var pod = member.pod().orElseThrow();
    return pod.deleting()
        ? StageResult.waiting(List.of(), rolling(member.name() + " restarts"))
        : StageResult.waiting(List.of(restart(member, pod)), rolling(member.name() + " restarts"));
  }

  private Action restart(ObservedMember member, ObservedPod pod) {
    var workload = Drift.marked(Objects.requireNonNull(desired.members().get(member.name())));
    return new Action.Restart(
        member.name(), workload, pod.uid(), pod.resourceVersion(), RestartReason.TEMPLATE_CHANGED);
  }

  private StageResult remove(ObservedMember member) {
    return StageResult.waiting(removal(member), rolling(member.name() + " is removed"));
  }

  private List<Action> removal(ObservedMember member) {
    var actions = new ArrayList<Action>();
    for (var key :
        List.of(
            new ObjectKey("StatefulSet", member.name()),
            new ObjectKey("Secret", desired.names().memberTlsSecret(member.name())))) {
      var object = world.children().get(key);
      if (object != null && object.getMetadata().getDeletionTimestamp() == null) {
        actions.add(new Action.Remove(object, "the spec asks for fewer replicas"));
      }
    }
    return actions;
  }

  /**
   * The replica with the most of the history, one that stays and is up to date before any other.
   */
  private Optional<StageResult> handOver(ObservedMember leader, String why) {
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
            .max(
                Comparator.<ObservedMember>comparingInt(member -> outdated(member) ? 0 : 1)
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
            rolling(leader.name() + " hands over to " + to.name() + ": " + why)));
  }

  private List<MemberAddress> others(ObservedMember leader, ObservedMember to) {
    return world.members().stream()
        .filter(member -> !member.equals(leader) && !member.equals(to) && member.view().isPresent())
        .flatMap(member -> member.address().stream())
        .toList();
  }

  private static Blocked rolling(String message) {
    return new Blocked(Blocked.StageName.ROLLOUT, Reason.ROLLING, message);
  }
}
