package dev.cachecluster.operator.plan;

import dev.cachecluster.operator.observed.Isolation;
import dev.cachecluster.operator.observed.NetworkProof;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** One step of a run of the pods that prove the network. */
public sealed interface ProbeStep {
  /** One line, without secrets. */
  String describe();

  /**
   * Starts what is missing of the two pods of the probe.
   *
   * @param run when the run began
   * @param subject what it is to prove
   */
  record Start(List<Pod> pods, Instant run, String subject, String why) implements ProbeStep {
    @Override
    public String describe() {
      return "start " + names(pods) + " (" + why + ")";
    }
  }

  /**
   * Takes note of what the probe found; the status tells it, and its pods are not needed from then
   * on.
   *
   * @param alarm what is told to people, if it is bad news that they have not had
   */
  record Judge(NetworkProof proof, Optional<String> alarm) implements ProbeStep {
    @Override
    public String describe() {
      return "judge the probe ("
          + switch (proof.verdict()) {
            case Isolation.Isolated _ -> "isolated";
            case Isolation.NotEnforced _ -> "not enforced";
            case Isolation.NotRun _ -> "it did not run";
          }
          + ")";
    }
  }

  /** Deletes pods of the probe, these very versions of them. */
  record End(List<Pod> pods, String why) implements ProbeStep {
    @Override
    public String describe() {
      return "end " + names(pods) + " (" + why + ")";
    }
  }

  private static String names(List<Pod> pods) {
    return pods.stream().map(pod -> pod.getMetadata().getName()).collect(Collectors.joining(", "));
  }
}
