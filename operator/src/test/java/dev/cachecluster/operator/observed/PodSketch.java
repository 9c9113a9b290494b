package dev.cachecluster.operator.observed;

import dev.cachecluster.operator.desired.DesiredState;
import dev.cachecluster.operator.desired.Labels;
import dev.cachecluster.operator.desired.SampleCluster;
import dev.cachecluster.operator.engine.Role;
import dev.cachecluster.operator.observed.ObservedPod.ContainerState;
import dev.cachecluster.operator.volume.Verdict;
import java.util.Optional;

/** The pod of a member of a world for tests; see {@link MemberSketch}. */
final class PodSketch {
  boolean exists = true;
  boolean deleting;
  boolean ip = true;
  Optional<Boolean> gate = Optional.empty();
  Optional<Boolean> ready = Optional.empty();
  Optional<String> label = Optional.empty();
  ContainerState container = new ContainerState.Running(0);
  Optional<String> unschedulable = Optional.empty();
  Optional<String> template = Optional.empty();
  Optional<String> spec = Optional.empty();
  Optional<String> sized = Optional.empty();
  Optional<Verdict> looked = Optional.empty();
  Optional<String> leaving = Optional.empty();

  ObservedPod build(DesiredState desired, String name, Optional<Role> role, boolean silent) {
    boolean primary = role.filter(Role.Primary.class::isInstance).isPresent();
    boolean streams =
        role.filter(
                seen ->
                    seen instanceof Role.Replica replica && replica.linkUp() && !replica.syncing())
            .isPresent();
    boolean open = gate.orElse(primary || streams || silent);
    return new ObservedPod(
        desired.names().pod(name),
        "uid-" + name,
        "1",
        ip ? Optional.of("192.0.2.1") : Optional.empty(),
        deleting,
        template
            .or(() -> spec)
            .orElseGet(() -> SampleCluster.digest(desired, name, Labels.TEMPLATE)),
        spec.orElseGet(() -> SampleCluster.digest(desired, name, Labels.SPEC)),
        label.or(
            () ->
                primary
                    ? Optional.of(Labels.ROLE_PRIMARY)
                    : open ? Optional.of(Labels.ROLE_REPLICA) : Optional.empty()),
        open,
        ready.orElse(open && (primary || streams)),
        container,
        unschedulable,
        sized,
        looked,
        leaving);
  }
}
