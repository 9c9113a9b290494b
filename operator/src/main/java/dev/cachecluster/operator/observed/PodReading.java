package dev.cachecluster.operator.observed;

import dev.cachecluster.operator.desired.DataLook;
import dev.cachecluster.operator.desired.Labels;
import dev.cachecluster.operator.observed.ObservedPod.ContainerState;
import dev.cachecluster.operator.volume.Verdict;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/** Reads a pod object into what decisions need of it. */
final class PodReading {
  private PodReading() {}

  static ObservedPod of(Pod pod, Function<String, Optional<Node>> nodes) {
    var metadata = pod.getMetadata();
    var annotations =
        Objects.requireNonNullElse(metadata.getAnnotations(), Map.<String, String>of());
    var labels = Objects.requireNonNullElse(metadata.getLabels(), Map.<String, String>of());
    var status = Optional.ofNullable(pod.getStatus());
    var conditions = status.map(known -> known.getConditions()).orElse(List.of());
    return new ObservedPod(
        metadata.getName(),
        metadata.getUid(),
        Objects.requireNonNullElse(metadata.getResourceVersion(), ""),
        status.flatMap(known -> Optional.ofNullable(known.getPodIP())).filter(ip -> !ip.isEmpty()),
        metadata.getDeletionTimestamp() != null,
        Objects.requireNonNullElse(annotations.get(Labels.TEMPLATE), ""),
        Objects.requireNonNullElse(annotations.get(Labels.SPEC), ""),
        Optional.ofNullable(labels.get(Labels.ROLE)),
        isTrue(conditions, Labels.SERVING_GATE),
        isTrue(conditions, "Ready"),
        container(pod),
        unschedulable(conditions),
        Optional.ofNullable(annotations.get(Labels.SIZED)),
        looked(status),
        leaving(pod, nodes));
  }

  private static Optional<String> leaving(Pod pod, Function<String, Optional<Node>> nodes) {
    return Optional.ofNullable(pod.getSpec())
        .flatMap(spec -> Optional.ofNullable(spec.getNodeName()))
        .flatMap(
            name ->
                nodes
                    .apply(name)
                    .flatMap(NodeDeparture::of)
                    .map(why -> "node " + name + " is emptied: " + why));
  }

  /** What the container that looks at the files left as its last word. */
  private static Optional<Verdict> looked(Optional<PodStatus> status) {
    return status.map(known -> known.getInitContainerStatuses()).stream()
        .flatMap(List::stream)
        .filter(each -> each.getName().equals(DataLook.CONTAINER))
        .flatMap(each -> Optional.ofNullable(each.getState()).stream())
        .flatMap(state -> Optional.ofNullable(state.getTerminated()).stream())
        .filter(ended -> Integer.valueOf(0).equals(ended.getExitCode()))
        .flatMap(ended -> Optional.ofNullable(ended.getMessage()).stream())
        .flatMap(message -> Verdict.read(message.strip()).stream())
        .findFirst();
  }

  private static boolean isTrue(List<PodCondition> conditions, String type) {
    return conditions.stream()
        .anyMatch(
            condition -> condition.getType().equals(type) && condition.getStatus().equals("True"));
  }

  private static Optional<String> unschedulable(List<PodCondition> conditions) {
    return conditions.stream()
        .filter(
            condition ->
                condition.getType().equals("PodScheduled")
                    && "Unschedulable".equals(condition.getReason()))
        .map(condition -> Objects.requireNonNullElse(condition.getMessage(), "no node fits"))
        .findFirst();
  }

  /**
   * A phase of Failed or Succeeded, which an eviction leaves behind, says that no container runs.
   */
  private static ContainerState container(Pod pod) {
    var status = pod.getStatus();
    if (status == null) {
      return new ContainerState.NotRunning("Pending", "", false);
    }
    if ("Failed".equals(status.getPhase()) || "Succeeded".equals(status.getPhase())) {
      return new ContainerState.NotRunning(
          Objects.requireNonNullElse(status.getReason(), status.getPhase()), "", true);
    }
    return initial(status)
        .or(
            () ->
                Objects.requireNonNullElse(
                        status.getContainerStatuses(), List.<ContainerStatus>of())
                    .stream()
                    .findFirst()
                    .map(PodReading::container))
        .orElse(new ContainerState.NotRunning("Pending", "", false));
  }

  /** A container before the server's that cannot do its work; what it waits for is told as its. */
  private static Optional<ContainerState> initial(PodStatus status) {
    return Objects.requireNonNullElse(status.getInitContainerStatuses(), List.<ContainerStatus>of())
        .stream()
        .flatMap(each -> Optional.ofNullable(each.getState()).stream())
        .flatMap(state -> Optional.ofNullable(state.getWaiting()).stream())
        .filter(waiting -> !"PodInitializing".equals(waiting.getReason()))
        .findFirst()
        .<ContainerState>map(
            waiting ->
                new ContainerState.NotRunning(
                    ObservedPod.INITIAL
                        + Objects.requireNonNullElse(waiting.getReason(), "Waiting"),
                    Objects.requireNonNullElse(waiting.getMessage(), ""),
                    false));
  }

  private static ContainerState container(ContainerStatus status) {
    var state = status.getState();
    boolean everRan =
        status.getRestartCount() > 0
            || (status.getLastState() != null && status.getLastState().getTerminated() != null);
    if (state == null) {
      return new ContainerState.NotRunning("Unknown", "", everRan);
    }
    if (state.getRunning() != null) {
      return new ContainerState.Running(status.getRestartCount());
    }
    if (state.getTerminated() != null) {
      return new ContainerState.NotRunning(
          Objects.requireNonNullElse(state.getTerminated().getReason(), "Terminated"), "", true);
    }
    var waiting = Optional.ofNullable(state.getWaiting());
    return new ContainerState.NotRunning(
        waiting.flatMap(known -> Optional.ofNullable(known.getReason())).orElse("Waiting"),
        waiting.flatMap(known -> Optional.ofNullable(known.getMessage())).orElse(""),
        everRan);
  }
}
