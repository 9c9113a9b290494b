package dev.cachecluster.operator.plan;

import dev.cachecluster.api.v1alpha1.PersistenceMode;
import dev.cachecluster.operator.desired.DataLook;
import dev.cachecluster.operator.desired.DesiredState;
import dev.cachecluster.operator.observed.ObservedMember;
import dev.cachecluster.operator.observed.ObservedPod;
import dev.cachecluster.operator.observed.ObservedState;
import dev.cachecluster.operator.volume.Verdict;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.util.Optional;

/**
 * DATA: does a server not start because its files cannot be read? They are looked at once per pod,
 * and moved aside, on the same volume, only while another member was seen to lead with data by this
 * very pass. What nobody else has is left as it is.
 */
final class DataStage {
  private final DesiredState desired;
  private final PersistenceMode mode;
  private final ObservedState world;

  DataStage(DesiredState desired, PersistenceMode mode, ObservedState world) {
    this.desired = desired;
    this.mode = mode;
    this.world = world;
  }

  /** One member at a time. */
  StageResult decide(Leadership leadership) {
    if (!mode.keeps() || world.network().image().isEmpty()) {
      return StageResult.nothing();
    }
    return world.members().stream()
        .flatMap(member -> step(member, leadership).stream())
        .findFirst()
        .orElseGet(StageResult::nothing);
  }

  private Optional<StageResult> step(ObservedMember member, Leadership leadership) {
    var workload = desired.members().get(member.name());
    var pod = member.pod().filter(each -> !each.deleting() && member.ended());
    if (workload == null
        || pod.isEmpty()
        || !pod.get().spec().equals(Templates.spec(workload))
        || !WorkloadStage.isCrashing(pod.get())) {
      return Optional.empty();
    }
    var verdict = pod.get().looked();
    if (verdict.isEmpty()) {
      return Optional.of(
          restart(
              member,
              pod.get(),
              workload,
              new DataLook.Order.Inspect(),
              RestartReason.DATA_LOOKED_AT,
              member.name() + " does not start; its files are looked at"));
    }
    return verdict.filter(Verdict::isUnreadable).isPresent()
        ? source(member, leadership)
            .map(
                leader ->
                    restart(
                        member,
                        pod.get(),
                        workload,
                        new DataLook.Order.SetAside(pod.get().uid()),
                        RestartReason.DATA_SET_ASIDE,
                        "the files of "
                            + member.name()
                            + " cannot be read and are moved aside; it is filled from "
                            + leader))
        : Optional.empty();
  }

  /** Who leads with data, by a live answer. An empty leader may be the one who lost it. */
  private Optional<String> source(ObservedMember member, Leadership leadership) {
    return leadership instanceof Leadership.Leads(var leader)
            && !leader.equals(member.name())
            && world
                .member(leader)
                .flatMap(ObservedMember::view)
                .filter(view -> !view.loading() && view.keys() > 0)
                .isPresent()
        ? Optional.of(leader)
        : Optional.empty();
  }

  private StageResult restart(
      ObservedMember member,
      ObservedPod pod,
      StatefulSet workload,
      DataLook.Order order,
      RestartReason reason,
      String why) {
    var looking = DataLook.before(workload, world.network().image().orElseThrow(), mode, order);
    return StageResult.waiting(
        java.util.List.of(
            new Action.Restart(
                member.name(), Drift.marked(looking), pod.uid(), pod.resourceVersion(), reason)),
        new Blocked(Blocked.StageName.STORAGE, Reason.ROLLING, why));
  }
}
