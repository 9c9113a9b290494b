package dev.cachecluster.operator.status;

import dev.cachecluster.api.v1alpha1.CacheClusterStatus;
import dev.cachecluster.api.v1alpha1.NetworkStatus;
import dev.cachecluster.operator.apply.Outcome;
import dev.cachecluster.operator.observed.Isolation;
import dev.cachecluster.operator.observed.NetworkProof;
import dev.cachecluster.operator.plan.Action;
import dev.cachecluster.operator.plan.NetworkClaim;
import dev.cachecluster.operator.plan.ProbeStep;
import dev.cachecluster.operator.plan.Reason;
import io.fabric8.kubernetes.api.model.Condition;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Tells what the probe found of the network, and reads it again: the status is where the last run
 * is remembered, so that a new operator has no cause to run it once more.
 */
public final class NetworkVerdict {
  private static final String TYPE = "NetworkIsolated";
  private static final String ISOLATED =
      "a pod that nothing lets in reached no member, a pod under the members' policy reached them"
          + " and not the API server";

  private final NetworkClaim claim;

  NetworkVerdict(StatusInput input) {
    claim = refused(input).orElse(input.plan().network());
  }

  /** A run whose pods may not be made is over before it began. */
  private static Optional<NetworkClaim> refused(StatusInput input) {
    return input.outcome() instanceof Outcome.Invalid(var reason, var message)
            && reason == Reason.PROBE_DID_NOT_RUN
        ? input.plan().actions().stream()
            .filter(Action.Probe.class::isInstance)
            .map(action -> ((Action.Probe) action).step())
            .filter(ProbeStep.Start.class::isInstance)
            .map(ProbeStep.Start.class::cast)
            .findFirst()
            .map(
                start ->
                    new NetworkClaim.Told(
                        new NetworkProof(
                            start.run(), start.subject(), new Isolation.NotRun(message))))
        : Optional.empty();
  }

  void condition(Conditions conditions) {
    switch (claim) {
      case NetworkClaim.Pending(var message) ->
          conditions.unknown(TYPE, Reason.PROBE_PENDING, message);
      case NetworkClaim.Impossible(var message) ->
          conditions.unknown(TYPE, Reason.PROBE_DID_NOT_RUN, message);
      case NetworkClaim.Told(var proof) -> {
        switch (proof.verdict()) {
          case Isolation.Isolated _ -> conditions.set(TYPE, true, Reason.ISOLATED, ISOLATED);
          case Isolation.NotEnforced(var message) ->
              conditions.set(TYPE, false, Reason.NOT_ENFORCED, message);
          case Isolation.NotRun(var message) ->
              conditions.unknown(TYPE, Reason.PROBE_DID_NOT_RUN, message);
        }
      }
    }
  }

  @Nullable NetworkStatus run() {
    return claim instanceof NetworkClaim.Told(var proof)
        ? new NetworkStatus(proof.at().toString(), proof.subject())
        : null;
  }

  /** The last run, as this status tells it. */
  public static Optional<NetworkProof> read(Optional<CacheClusterStatus> status) {
    return status.flatMap(
        standing ->
            Optional.ofNullable(standing.network())
                .flatMap(
                    run ->
                        verdict(standing)
                            .flatMap(
                                verdict ->
                                    instant(run.checkedAt())
                                        .map(
                                            at ->
                                                new NetworkProof(
                                                    at,
                                                    Objects.requireNonNullElse(run.digest(), ""),
                                                    verdict)))));
  }

  private static Optional<Isolation> verdict(CacheClusterStatus status) {
    return Optional.ofNullable(status.conditions()).orElse(List.of()).stream()
        .filter(condition -> TYPE.equals(condition.getType()))
        .findFirst()
        .map(NetworkVerdict::verdict);
  }

  private static Isolation verdict(Condition condition) {
    var message = Objects.requireNonNullElse(condition.getMessage(), "");
    return switch (condition.getStatus()) {
      case "True" -> new Isolation.Isolated();
      case "False" -> new Isolation.NotEnforced(message);
      default -> new Isolation.NotRun(message);
    };
  }

  private static Optional<Instant> instant(@Nullable String text) {
    try {
      return Optional.ofNullable(text).map(Instant::parse);
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }
}
