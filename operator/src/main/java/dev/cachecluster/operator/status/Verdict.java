package dev.cachecluster.operator.status;

import dev.cachecluster.api.v1alpha1.SpecProblem;
import dev.cachecluster.operator.apply.Outcome;
import dev.cachecluster.operator.observed.Lineage;
import dev.cachecluster.operator.observed.ObservedMember;
import dev.cachecluster.operator.plan.Action;
import dev.cachecluster.operator.plan.Blocked;
import dev.cachecluster.operator.plan.Leadership;
import dev.cachecluster.operator.plan.Reason;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Judges what was seen: one condition for each fact that a probe has proved, or could not. */
final class Verdict {
  /** Reasons that waiting does not mend. */
  private static final Set<Reason> NEEDS_SOMEBODY =
      Set.of(
          Reason.UNKNOWN_VERSION,
          Reason.IMAGE_UNAVAILABLE,
          Reason.CRASH_LOOP,
          Reason.UNSCHEDULABLE,
          Reason.FOREIGN_OBJECT,
          Reason.CERTIFICATE_DIFFERS,
          Reason.CERTIFICATE_REFUSED,
          Reason.SECRET_MISSING,
          Reason.SECRET_DAMAGED,
          Reason.CREDENTIALS_REFUSED,
          Reason.NO_PROVEN_PRIMARY,
          Reason.STORAGE_CLASS_MISSING,
          Reason.STORAGE_CLASS_DIFFERS,
          Reason.ENCRYPTION_UNVERIFIED,
          Reason.VOLUME_LOST,
          Reason.VOLUME_UNFIT,
          Reason.DATA_CORRUPT,
          Reason.STORAGE_FULL,
          Reason.SHRINK_REFUSED,
          Reason.EXPANSION_UNSUPPORTED);

  /** What is wrong with the data is told before who does not serve. */
  private static final Set<Reason> OF_THE_DATA = Set.of(Reason.DATA_CORRUPT, Reason.STORAGE_FULL);

  private final StatusInput input;
  private final Optional<ObservedMember> primary;

  Verdict(StatusInput input) {
    this.input = input;
    this.primary =
        input
            .plan()
            .leadership()
            .filter(Leadership.Leads.class::isInstance)
            .map(Leadership.Leads.class::cast)
            .flatMap(leads -> input.world().member(leads.primary()));
  }

  void conditions(Conditions conditions) {
    ready(conditions);
    reconciling(conditions);
    stalled(conditions);
    degraded(conditions);
    topology(conditions);
    new ServerFacts(input).conditions(conditions);
  }

  String phase() {
    if (stalledReason().isPresent()) {
      return "Stalled";
    }
    if (!isReady()) {
      return input.world().lineage().isEmpty() ? "Creating" : "Recovering";
    }
    return !missing().isEmpty()
        ? "Degraded"
        : input.plan().blocked().isEmpty() ? "Running" : "Reconciling";
  }

  /** Clients are served: the primary leads by right, is let in, and its pod is ready. */
  private boolean isReady() {
    return primary
        .flatMap(ObservedMember::pod)
        .filter(pod -> pod.ready() && pod.gateOpen())
        .isPresent();
  }

  private void ready(Conditions conditions) {
    if (isReady()) {
      conditions.set("Ready", true, Reason.SERVING, "the primary takes reads and writes");
    } else {
      var why = firstBlocked();
      conditions.set(
          "Ready",
          false,
          why.map(Blocked::reason).orElse(Reason.WAITING_FOR_PODS),
          why.map(Blocked::message).orElse("the primary's pod is not ready yet"));
    }
  }

  private Optional<Blocked> firstBlocked() {
    return input
        .plan()
        .blockedAt(Blocked.StageName.WORKLOAD)
        .or(() -> input.plan().blocked().stream().findFirst());
  }

  /** In flight, as kstatus understands it. */
  private void reconciling(Conditions conditions) {
    var waits = firstBlocked();
    boolean busy =
        stalledReason().isEmpty()
            && (waits.isPresent() || !isReady() || input.outcome() instanceof Outcome.Transient);
    conditions.set(
        "Reconciling",
        busy,
        busy ? waits.map(Blocked::reason).orElse(Reason.PROGRESSING) : Reason.AS_DESIRED,
        busy ? waits.map(Blocked::message).orElse(transientMessage()) : "nothing is under way");
  }

  private String transientMessage() {
    return input.outcome() instanceof Outcome.Transient(var message)
        ? message
        : "waiting for pods to become ready";
  }

  /** A version that nobody knows is told from a field that is wrong: the fix is another one. */
  static Reason rejection(List<SpecProblem> problems) {
    return problems.stream().allMatch(problem -> problem.field().equals("spec.engine.version"))
        ? Reason.UNKNOWN_VERSION
        : Reason.SPEC_REJECTED;
  }

  private record Stall(Reason reason, String message) {}

  private Optional<Stall> stalledReason() {
    if (!input.problems().isEmpty()) {
      return Optional.of(
          new Stall(
              rejection(input.problems()),
              input.problems().stream()
                  .map(SpecProblem::message)
                  .collect(Collectors.joining("; "))));
    }
    if (input.outcome() instanceof Outcome.Invalid(var reason, var message)
        && reason != Reason.PROBE_DID_NOT_RUN) {
      return Optional.of(new Stall(reason, message));
    }
    return input.plan().blocked().stream()
        .filter(blocked -> NEEDS_SOMEBODY.contains(blocked.reason()))
        .filter(blocked -> !isBeingMended(blocked))
        .map(blocked -> new Stall(blocked.reason(), blocked.message()))
        .findFirst();
  }

  /**
   * A pod that cannot run is no matter for a person while it is replaced or removed, nor is a full
   * volume that grows.
   */
  private boolean isBeingMended(Blocked blocked) {
    if (blocked.reason() == Reason.STORAGE_FULL) {
      return input.plan().blocked().stream().anyMatch(each -> each.reason() == Reason.EXPANDING);
    }
    return blocked.stage() == Blocked.StageName.WORKLOAD
        && input.plan().actions().stream()
            .anyMatch(
                action -> action instanceof Action.Restart || action instanceof Action.Remove);
  }

  private void stalled(Conditions conditions) {
    var stall = stalledReason();
    conditions.set(
        "Stalled",
        stall.isPresent(),
        stall.map(Stall::reason).orElse(Reason.AS_DESIRED),
        stall.map(Stall::message).orElse("nothing needs a person"));
  }

  private List<String> missing() {
    var leader = input.world().lineage().map(Lineage::primary);
    var host = leader.map(input.desired().names()::host);
    return input.desired().members().keySet().stream()
        .filter(name -> !leader.equals(Optional.of(name)) || primary.isEmpty())
        .filter(
            name ->
                input
                    .world()
                    .member(name)
                    .filter(member -> host.filter(member::streamsFrom).isPresent())
                    .filter(member -> member.pod().filter(pod -> pod.ready()).isPresent())
                    .isEmpty())
        .toList();
  }

  private void degraded(Conditions conditions) {
    var missing = missing();
    var data =
        input.plan().blocked().stream()
            .filter(blocked -> OF_THE_DATA.contains(blocked.reason()))
            .findFirst();
    if (data.isPresent()) {
      conditions.set("Degraded", true, data.get().reason(), data.get().message());
      return;
    }
    var why = firstBlocked();
    boolean degraded = !missing.isEmpty() && input.world().lineage().isPresent();
    conditions.set(
        "Degraded",
        degraded,
        degraded ? why.map(Blocked::reason).orElse(Reason.WAITING_FOR_PODS) : Reason.AS_DESIRED,
        degraded
            ? "not serving: " + String.join(", ", missing)
            : missing.isEmpty() ? "all members serve" : "nobody leads yet, so nothing is missing");
  }

  private void topology(Conditions conditions) {
    var blocked = input.plan().blockedAt(Blocked.StageName.TOPOLOGY);
    var missing = missing();
    boolean healthy = primary.isPresent() && blocked.isEmpty() && missing.isEmpty();
    conditions.set(
        "TopologyHealthy",
        healthy,
        healthy
            ? Reason.ALL_STREAMING
            : blocked.map(Blocked::reason).orElse(Reason.WAITING_FOR_PODS),
        healthy
            ? "one primary, and all replicas follow it"
            : blocked.map(Blocked::message).orElse("not serving: " + String.join(", ", missing)));
  }
}
