package dev.cachecluster.operator.apply;

import dev.cachecluster.operator.desired.Labels;
import dev.cachecluster.operator.plan.Action;
import dev.cachecluster.operator.plan.Reason;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Clock;
import java.util.Map;

/** What the operator does to pods: label, gate, and the delete that restarts one. */
final class PodWriter {
  /**
   * Where a changed value makes the kubelet look at the pod's volumes again, now and not in a
   * minute.
   */
  private static final String REFRESH = "cachecluster.dev/certificate";

  private final KubernetesClient client;
  private final String namespace;
  private final String cluster;
  private final Clock clock;

  PodWriter(KubernetesClient client, String namespace, String cluster, Clock clock) {
    this.client = client;
    this.namespace = namespace;
    this.cluster = cluster;
    this.clock = clock;
  }

  void admit(Action.Admit action) {
    var labelled =
        intent(action.pod(), action.uid())
            .editMetadata()
            .withLabels(action.role().map(role -> Map.of(Labels.ROLE, role)).orElse(Map.of()))
            .endMetadata()
            .build();
    var gated =
        intent(action.pod(), action.uid())
            .withNewStatus()
            .addNewCondition()
            .withType(Labels.SERVING_GATE)
            .withStatus(action.open() ? "True" : "False")
            .withLastTransitionTime(
                clock.instant().truncatedTo(java.time.temporal.ChronoUnit.SECONDS).toString())
            .endCondition()
            .endStatus()
            .build();
    // Out of the Services first, into them last.
    if (action.open()) {
      client.resource(labelled).patch(context("role"), labelled);
      client.resource(gated).subresource("status").patch(context("gate"), gated);
    } else {
      client.resource(gated).subresource("status").patch(context("gate"), gated);
      client.resource(labelled).patch(context("role"), labelled);
    }
  }

  void refreshVolumes(String pod, String value) {
    var live = client.pods().inNamespace(namespace).withName(pod).get();
    if (live != null) {
      var marked =
          intent(pod, live.getMetadata().getUid())
              .editMetadata()
              .withAnnotations(Map.of(REFRESH, value))
              .endMetadata()
              .build();
      client.resource(marked).patch(context("refresh"), marked);
    }
  }

  void sized(Action.LookAtVolume action) {
    var marked =
        intent(action.pod(), action.uid())
            .editMetadata()
            .withAnnotations(Map.of(Labels.SIZED, action.size()))
            .endMetadata()
            .build();
    client.resource(marked).patch(context("size"), marked);
  }

  /**
   * Ends a pod, this very version of it, and only while no other of the shard is on its way out:
   * what a cache said about them a moment ago does not count.
   */
  Outcome restart(Action.Restart action) {
    var pods =
        client.pods().inNamespace(namespace).withLabels(Labels.members(cluster)).list().getItems();
    var leaving =
        pods.stream()
            .filter(pod -> pod.getMetadata().getDeletionTimestamp() != null)
            .map(pod -> pod.getMetadata().getName())
            .findFirst();
    if (leaving.isPresent()) {
      return new Outcome.Waiting(
          Reason.ROLLING, leaving.get() + " is on its way out; one at a time");
    }
    var pod =
        pods.stream()
            .filter(each -> each.getMetadata().getUid().equals(action.podUid()))
            .findFirst();
    if (pod.isEmpty()) {
      return new Outcome.Waiting(
          Reason.ROLLING, "the pod of " + action.member() + " is another one by now");
    }
    client.resource(pod.get()).lockResourceVersion(action.podVersion()).delete();
    return new Outcome.Done(true);
  }

  private PodBuilder intent(String name, String uid) {
    return new PodBuilder()
        .withNewMetadata()
        .withName(name)
        .withNamespace(namespace)
        .withUid(uid)
        .endMetadata();
  }

  /** A manager for each purpose, since what one applies is all that it owns. */
  private static PatchContext context(String purpose) {
    return new PatchContext.Builder()
        .withPatchType(PatchType.SERVER_SIDE_APPLY)
        .withFieldManager(Labels.OPERATOR + "-" + purpose)
        .withForce(true)
        .build();
  }
}
