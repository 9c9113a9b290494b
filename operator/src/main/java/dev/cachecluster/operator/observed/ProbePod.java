package dev.cachecluster.operator.observed;

import dev.cachecluster.operator.desired.Labels;
import dev.cachecluster.operator.probe.Finding;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * A pod of the probe. It is owned by the CacheCluster itself and not by a StatefulSet, which tells
 * it from every member.
 *
 * @param object for the delete that must not hit another version
 * @param which {@link Labels#PROBE_INSIDE} or {@link Labels#PROBE_STRANGER}
 * @param run when its run began; the beginning of time if that cannot be read
 * @param subject what its run is to prove
 */
public record ProbePod(
    Pod object, String which, Instant run, String subject, boolean deleting, Progress progress) {

  /** How far it is. */
  public sealed interface Progress {
    /** Nothing has come of it yet; the message says what it waits for. */
    record Waiting(String message) implements Progress {}

    /** It left a verdict behind. */
    record Told(List<Finding> findings) implements Progress {}

    /** It ended without one. */
    record Failed(String reason) implements Progress {}
  }

  /** Those among a cluster's objects, by name. */
  static List<ProbePod> of(Collection<HasMetadata> children) {
    return children.stream()
        .filter(Pod.class::isInstance)
        .map(Pod.class::cast)
        .filter(pod -> labels(pod).containsKey(Labels.PROBE))
        .map(ProbePod::of)
        .sorted(Comparator.comparing(ProbePod::name))
        .toList();
  }

  private static ProbePod of(Pod pod) {
    var marks =
        Objects.requireNonNullElse(pod.getMetadata().getAnnotations(), Map.<String, String>of());
    return new ProbePod(
        pod,
        labels(pod).getOrDefault(Labels.PROBE, ""),
        instant(marks.getOrDefault(Labels.PROBE_RUN, "")),
        marks.getOrDefault(Labels.PROBE_SUBJECT, ""),
        pod.getMetadata().getDeletionTimestamp() != null,
        progress(pod));
  }

  private static Map<String, String> labels(Pod pod) {
    return Objects.requireNonNullElse(pod.getMetadata().getLabels(), Map.of());
  }

  private static Instant instant(String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeParseException e) {
      return Instant.EPOCH;
    }
  }

  public String name() {
    return object.getMetadata().getName();
  }

  private static Progress progress(Pod pod) {
    var container =
        Optional.ofNullable(pod.getStatus())
            .flatMap(status -> Optional.ofNullable(status.getContainerStatuses()))
            .flatMap(all -> all.stream().findFirst());
    var ended =
        container
            .flatMap(status -> Optional.ofNullable(status.getState()))
            .flatMap(state -> Optional.ofNullable(state.getTerminated()));
    if (ended.isPresent()) {
      return verdict(ended.get(), Optional.ofNullable(pod.getStatus().getReason()));
    }
    return switch (Optional.ofNullable(pod.getStatus()).map(s -> s.getPhase()).orElse("Pending")) {
      // The kubelet or an eviction ended it before its container could say why.
      case "Failed", "Succeeded" ->
          new Progress.Failed(
              Objects.requireNonNullElse(pod.getStatus().getReason(), "no reason given"));
      default ->
          new Progress.Waiting(
              PodReading.of(pod, _ -> Optional.empty())
                  .unschedulable()
                  .map(message -> "no node takes it: " + message)
                  .or(() -> container.flatMap(ProbePod::waiting))
                  .orElse("it has not ended"));
    };
  }

  /** The pod's own reason, such as its deadline, says more than that its container was ended. */
  private static Progress verdict(ContainerStateTerminated ended, Optional<String> reason) {
    return Finding.read(Objects.requireNonNullElse(ended.getMessage(), ""))
        .<Progress>map(Progress.Told::new)
        .orElseGet(
            () ->
                new Progress.Failed(
                    reason
                        .or(() -> Optional.ofNullable(ended.getReason()))
                        .orElse("no reason given")));
  }

  private static Optional<String> waiting(ContainerStatus status) {
    return Optional.ofNullable(status.getState())
        .flatMap(state -> Optional.ofNullable(state.getWaiting()))
        .flatMap(waiting -> Optional.ofNullable(waiting.getReason()));
  }
}
