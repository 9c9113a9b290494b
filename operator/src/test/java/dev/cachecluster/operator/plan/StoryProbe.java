package dev.cachecluster.operator.plan;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cachecluster.api.v1alpha1.CacheClusterSpec;
import dev.cachecluster.operator.desired.DesiredState;
import dev.cachecluster.operator.desired.ProbePods;
import dev.cachecluster.operator.observed.Isolation;
import dev.cachecluster.operator.observed.WorldSketch;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Reads {@code network} and {@code probe} of a story: what was proven before, and what runs. */
final class StoryProbe {
  private static final Pattern TOLD =
      Pattern.compile("(isolated|not enforced|did not run) (\\d+)([mh]) ago");

  private StoryProbe() {}

  static void lay(WorldSketch sketch, DesiredState desired, CacheClusterSpec spec, JsonNode found) {
    var network = found.path("network").asText();
    switch (network) {
      case "" -> {}
      case "never proven" -> sketch.neverProbed();
      case "of an unknown image" -> sketch.neverProbed().withoutImage();
      default -> told(sketch, network);
    }
    var probe = found.path("probe");
    if (!probe.isMissingNode()) {
      run(sketch, desired, spec, probe);
    }
  }

  private static void told(WorldSketch sketch, String text) {
    var match = TOLD.matcher(text);
    if (!match.matches()) {
      throw new IllegalArgumentException("network: " + text);
    }
    var amount = Long.parseLong(match.group(2));
    sketch.probed(
        match.group(3).equals("h") ? Duration.ofHours(amount) : Duration.ofMinutes(amount),
        switch (match.group(1)) {
          case "isolated" -> new Isolation.Isolated();
          case "not enforced" -> new Isolation.NotEnforced("as it was told then");
          default -> new Isolation.NotRun("as it was told then");
        });
  }

  private static void run(
      WorldSketch sketch, DesiredState desired, CacheClusterSpec spec, JsonNode probe) {
    var began = WorldSketch.NOW.minusSeconds(probe.path("began").asLong());
    var subject =
        probe.path("of").asText().equals("other members")
            ? "of-other-members"
            : sketch.subject().orElseThrow();
    Map<String, String> addresses = new TreeMap<>();
    desired.members().keySet().forEach(member -> addresses.put(member, "10.0.0.1"));
    for (var pod :
        new ProbePods(desired.names(), spec)
            .of(WorldSketch.IMAGE, began.toString(), subject, addresses)) {
      var which = pod.getMetadata().getName().replaceFirst(".*-", "");
      if (probe.has(which)) {
        sketch.standing(status(pod, probe.path(which).asText()));
      }
    }
  }

  private static Pod status(Pod pod, String text) {
    pod.setStatus(
        text.equals("waits")
            ? new PodStatusBuilder().withPhase("Pending").build()
            : text.startsWith("unschedulable: ")
                ? unschedulable(text.substring("unschedulable: ".length()))
                : text.startsWith("ended: ")
                    ? ended(text.substring("ended: ".length()), "")
                    : ended("Completed", text));
    return pod;
  }

  private static PodStatus unschedulable(String message) {
    return new PodStatusBuilder()
        .withPhase("Pending")
        .addNewCondition()
        .withType("PodScheduled")
        .withStatus("False")
        .withReason("Unschedulable")
        .withMessage(message)
        .endCondition()
        .build();
  }

  private static PodStatus ended(String reason, String message) {
    return new PodStatusBuilder()
        .withPhase("Succeeded")
        .withContainerStatuses(
            new ContainerStatusBuilder()
                .withNewState()
                .withNewTerminated()
                .withReason(reason)
                .withMessage(message)
                .endTerminated()
                .endState()
                .build())
        .build();
  }
}
