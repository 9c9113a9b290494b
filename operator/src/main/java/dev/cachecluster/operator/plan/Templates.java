package dev.cachecluster.operator.plan;

import dev.cachecluster.operator.desired.DataLook;
import dev.cachecluster.operator.desired.DesiredState;
import dev.cachecluster.operator.desired.Labels;
import dev.cachecluster.operator.observed.ObservedMember;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;

/** Reads which template a StatefulSet would make its next pod from. */
final class Templates {
  private Templates() {}

  /** Whether its next pod would look at its files first. */
  static boolean looks(HasMetadata workload) {
    if (!(workload instanceof StatefulSet set)) {
      return false;
    }
    var before = set.getSpec().getTemplate().getSpec().getInitContainers();
    return before != null
        && before.stream().anyMatch(each -> each.getName().equals(DataLook.CONTAINER));
  }

  /** Whether its pod was made from another spec than the one that is asked for. */
  static boolean isOutdated(ObservedMember member, DesiredState desired) {
    var workload = desired.members().get(member.name());
    return workload != null
        && member.pod().filter(pod -> !pod.spec().equals(spec(workload))).isPresent();
  }

  /** The digest of the spec that the next pod would run with; empty if the template bears none. */
  static String spec(HasMetadata workload) {
    if (workload instanceof StatefulSet set) {
      var annotations = set.getSpec().getTemplate().getMetadata().getAnnotations();
      var digest = annotations == null ? null : annotations.get(Labels.SPEC);
      return digest == null ? "" : digest;
    }
    return "";
  }
}
