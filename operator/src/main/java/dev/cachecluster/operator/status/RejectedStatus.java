package dev.cachecluster.operator.status;

import dev.cachecluster.api.v1alpha1.CacheCluster;
import dev.cachecluster.api.v1alpha1.CacheClusterStatus;
import dev.cachecluster.api.v1alpha1.SpecProblem;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The status of a cluster that never had a spec which could be built: nothing of it exists. */
public final class RejectedStatus {
  private RejectedStatus() {}

  public static CacheClusterStatus of(
      CacheCluster cluster, List<SpecProblem> problems, Instant now) {
    var previous = cluster.getStatus();
    var generation = Optional.ofNullable(cluster.getMetadata().getGeneration()).orElse(0L);
    var message = problems.stream().map(SpecProblem::message).collect(Collectors.joining("; "));
    var conditions =
        new Conditions(previous == null ? null : previous.conditions(), generation, now)
            .set("Ready", false, Verdict.rejection(problems), message)
            .set("Reconciling", false, Verdict.rejection(problems), "nothing was built yet")
            .set("Stalled", true, Verdict.rejection(problems), message)
            .build();
    return new CacheClusterStatus(
        generation,
        "Stalled",
        "waits for a spec that can be built",
        null,
        conditions,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null);
  }
}
