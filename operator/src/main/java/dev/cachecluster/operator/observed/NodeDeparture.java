package dev.cachecluster.operator.observed;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Taint;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Whether a node is about to lose its pods, by the marks of those who empty nodes. Each of them
 * marks the node first and evicts after, which leaves the time to hand a primary over.
 */
public final class NodeDeparture {
  /**
   * Taints, and who sets them: cluster-autoscaler (utils/taints), Karpenter since 1.0 and before
   * (apis/v1 and v1beta1 taints), AWS node termination handler (pkg/node), GKE for nodes that end
   * (cloud.google.com, "Handle node termination"). That a node might go soon, such as the
   * autoscaler's DeletionCandidate, is no mark: most of those stay.
   */
  private static final Map<String, String> TAINTS =
      Map.of(
          "ToBeDeletedByClusterAutoscaler", "the cluster autoscaler removes it",
          "karpenter.sh/disrupted", "Karpenter removes it",
          "karpenter.sh/disruption", "Karpenter removes it",
          "aws-node-termination-handler/spot-itn", "its spot instance ends",
          "aws-node-termination-handler/scheduled-maintenance", "its machine is maintained",
          "aws-node-termination-handler/asg-lifecycle-termination", "its scaling group ends it",
          "cloud.google.com/impending-node-termination", "its machine ends");

  private NodeDeparture() {}

  /** Why, in words that go behind the node's name; empty if it stays. */
  public static Optional<String> of(Node node) {
    if (node.getSpec() == null) {
      return Optional.empty();
    }
    var taints = node.getSpec().getTaints();
    return (taints == null ? List.<Taint>of() : taints)
        .stream()
            .flatMap(taint -> Optional.ofNullable(TAINTS.get(taint.getKey())).stream())
            .findFirst()
            .or(
                () ->
                    Boolean.TRUE.equals(node.getSpec().getUnschedulable())
                        ? Optional.of("it is cordoned")
                        : Optional.empty());
  }
}
