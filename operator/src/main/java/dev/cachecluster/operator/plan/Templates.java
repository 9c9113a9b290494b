package dev.cachecluster.operator.plan;

import dev.cachecluster.operator.desired.Labels;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;

/** Reads which template a StatefulSet would make its next pod from. */
final class Templates {
  private Templates() {}

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
