package dev.cachecluster.operator.desired;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetBuilder;
import java.util.LinkedHashMap;
import java.util.List;

/**
 * Two disjoint budgets per shard. The primary may not be evicted at all: a drain waits for the
 * hand-over. Of the replicas one may go at a time. Pods that do not serve may always go. A shard
 * without replicas has no budget, since it would block a drain for ever.
 */
final class Disruption {
  private final Names names;

  Disruption(Names names) {
    this.names = names;
  }

  List<PodDisruptionBudget> budgets(int replicas) {
    return replicas == 0
        ? List.of()
        : List.of(
            budget(names.primaryBudget(), Labels.ROLE_PRIMARY, 0),
            budget(names.replicaBudget(), Labels.ROLE_REPLICA, 1));
  }

  private PodDisruptionBudget budget(String name, String role, int maxUnavailable) {
    var selector = new LinkedHashMap<>(Labels.selector(names.cluster()));
    selector.put(Labels.ROLE, role);
    return new PodDisruptionBudgetBuilder()
        .withNewMetadata()
        .withName(name)
        .withNamespace(names.namespace())
        .withLabels(Labels.of(names.cluster()))
        .endMetadata()
        .withNewSpec()
        .withMaxUnavailable(new IntOrString(maxUnavailable))
        .withNewSelector()
        .withMatchLabels(selector)
        .endSelector()
        .withUnhealthyPodEvictionPolicy("AlwaysAllow")
        .endSpec()
        .build();
  }
}
