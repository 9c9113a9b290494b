package dev.cachecluster.operator.plan;

import dev.cachecluster.api.v1alpha1.CacheClusterSpec;
import dev.cachecluster.operator.desired.DesiredState;
import dev.cachecluster.operator.observed.ObservedState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Puts the stages in their order: TLS, ACL, NETWORK, STORAGE and WORKLOAD each guard what comes
 * after them; TOPOLOGY looks after the members that are there whatever else is wrong; ROLLOUT
 * touches nobody unless all are well. The rotation of the authority comes after them and holds up
 * none of them, and whether the network is closed is probed when all is done.
 */
public final class Planner {
  private static final Duration AT_REST = Duration.ofSeconds(5);
  private static final Duration BUSY = Duration.ofMillis(500);

  /** What takes minutes or a person, wakes nobody when it comes, and holds up nothing. */
  private static final Set<Reason> PATIENT =
      Set.of(
          Reason.ROTATING,
          Reason.WAITING_FOR_ISSUER,
          Reason.CERTIFICATE_REFUSED,
          Reason.SECRET_MISSING,
          Reason.SHRINK_REFUSED,
          Reason.EXPANSION_UNSUPPORTED,
          Reason.STORAGE_CLASS_DIFFERS,
          Reason.STORAGE_FULL,
          Reason.EXPANDING,
          Reason.NODE_LEAVING);

  /**
   * The plan.
   *
   * @param renewBefore how long before its end a certificate is replaced
   * @param drift that looked at these objects before
   */
  public Plan plan(
      DesiredState desired,
      CacheClusterSpec spec,
      ObservedState world,
      Duration renewBefore,
      Drift drift) {
    var actions = new ArrayList<Action>();
    var blocked = new ArrayList<Blocked>();
    if (!Optional.of(spec).equals(world.lastGoodSpec())) {
      actions.add(
          new Action.RecordState(
              world.lineage(), spec, desired.image(), "the spec passed all checks"));
    }
    var storage = new StorageStage(desired, spec.persistence(), world, drift);
    guarded(desired, world, storage, renewBefore, drift, actions, blocked);
    var growth = new GrowthStage(desired, spec.persistence(), world);
    collect(growth.room(), actions, blocked);
    actions.addAll(growth.leftOver());
    if (desired.accessList().isPresent()) {
      actions.addAll(new UserStage(desired, world, drift).decide());
    }
    Optional<Leadership> leadership = Optional.empty();
    if (anyServer(world) && desired.accessList().isPresent()) {
      var decision =
          new LeadershipDecision(desired.names(), world, spec.persistence().mode().keeps())
              .decide();
      leadership = Optional.of(decision);
      collect(new TopologyStage(desired, spec, world).decide(decision), actions, blocked);
      collect(
          new DataStage(desired, spec.persistence().mode(), world).decide(decision),
          actions,
          blocked);
      rollout(desired, spec, world, decision, actions, blocked);
    }
    collect(growth.growth(), actions, blocked);
    collect(new ForeignStage(desired, world).decide(), actions, blocked);
    world
        .authority()
        .map(known -> new AuthorityStage(desired.names().authoritySecret(), known).decide())
        .ifPresent(result -> collect(result, actions, blocked));
    var network = new IsolationStage(desired, spec, world).decide(isAtRest(actions, blocked));
    actions.addAll(network.actions());
    return new Plan(
        List.copyOf(actions),
        List.copyOf(blocked),
        leadership,
        network.claim(),
        isAtRest(actions, blocked) ? AT_REST : BUSY);
  }

  private static boolean isAtRest(List<Action> actions, List<Blocked> blocked) {
    return actions.isEmpty() && blocked.stream().allMatch(each -> PATIENT.contains(each.reason()));
  }

  private static boolean anyServer(ObservedState world) {
    return world.members().stream().anyMatch(member -> member.pod().isPresent())
        || world.lineage().isPresent();
  }

  private static void guarded(
      DesiredState desired,
      ObservedState world,
      StorageStage storage,
      Duration renewBefore,
      Drift drift,
      List<Action> actions,
      List<Blocked> blocked) {
    var identity = new IdentityStage(renewBefore, drift);
    var workload = new WorkloadStage(drift);
    List<java.util.function.Supplier<StageResult>> stages =
        List.of(
            () -> identity.certificates(desired, world),
            () -> identity.accessLists(desired, world),
            () -> workload.network(desired, world),
            storage::volumes,
            () -> workload.objects(desired, world));
    for (var stage : stages) {
      var result = stage.get();
      collect(result, actions, blocked);
      if (result.blocked().isPresent()) {
        return;
      }
    }
  }

  private static void rollout(
      DesiredState desired,
      CacheClusterSpec spec,
      ObservedState world,
      Leadership leadership,
      List<Action> actions,
      List<Blocked> blocked) {
    var stage = new RolloutStage(desired, spec, world);
    var primary =
        leadership instanceof Leadership.Leads(var name)
            ? Optional.of(name)
            : Optional.<String>empty();
    var urgent = stage.urgent(primary);
    collect(urgent, actions, blocked);
    if (primary.isPresent() && blocked.isEmpty()) {
      collect(stage.staged(primary.get()), actions, blocked);
    }
    if (primary.isPresent() && blocked.isEmpty()) {
      collect(stage.drained(primary.get()), actions, blocked);
    }
  }

  private static void collect(StageResult result, List<Action> actions, List<Blocked> blocked) {
    actions.addAll(result.actions());
    result.blocked().ifPresent(blocked::add);
  }
}
