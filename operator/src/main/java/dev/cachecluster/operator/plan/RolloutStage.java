package dev.cachecluster.operator.plan;

import dev.cachecluster.api.v1alpha1.CacheClusterSpec;
import dev.cachecluster.operator.desired.DesiredState;
import dev.cachecluster.operator.observed.ObjectKey;
import dev.cachecluster.operator.observed.ObservedMember;
import dev.cachecluster.operator.observed.ObservedPod;
import dev.cachecluster.operator.observed.ObservedState;
import java.util.ArrayList;
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
  private final ObservedState world;
  private final Succession succession;

  RolloutStage(DesiredState desired, CacheClusterSpec spec, ObservedState world) {
    this.desired = desired;
    this.world = world;
    this.succession = new Succession(desired, spec, world);
  }

  /**
   * What may be done although not all is well: members whose server does not run are nobody's loss,
   * and a primary that was asked to go hands over while it still can.
   */
  StageResult urgent(Optional<String> primary) {
    var leaving = primary.flatMap(world::member).flatMap(this::departure);
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
   * Its pod was asked to go, or its node is emptied: the one while it still serves, the other
   * before anybody evicts it, which its disruption budget forbids as long as it leads.
   */
  private Optional<StageResult> departure(ObservedMember leader) {
    return leader.deleting()
        ? succession.handOver(leader, "its pod was asked to go")
        : leader.leaving().flatMap(why -> succession.handOverElsewhere(leader, why));
  }

  /** Whoever empties the node of a primary waits for as long as nobody can take over elsewhere. */
  StageResult drained(String primary) {
    var leader = world.member(primary).orElseThrow();
    return leader.leaving().isEmpty() || leader.deleting() || desired.replicas() == 0
        ? StageResult.nothing()
        : StageResult.waiting(
            List.of(),
            new Blocked(
                Blocked.StageName.ROLLOUT,
                Reason.NODE_LEAVING,
                primary
                    + " leads, and "
                    + leader.leaving().get()
                    + "; it hands over as soon as a replica streams on a node that stays"));
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
      return succession.handOver(leader, "it is to be removed").orElse(blockedByReplicas(leader));
    }
    if (outdated.contains(leader)) {
      return world.members().size() == 1
          ? restart(leader)
          : succession
              .handOver(leader, "it is the last to be restarted")
              .orElse(blockedByReplicas(leader));
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
    return Templates.isOutdated(member, desired);
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

  static Blocked rolling(String message) {
    return new Blocked(Blocked.StageName.ROLLOUT, Reason.ROLLING, message);
  }
}
