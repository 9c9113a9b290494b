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
import java.util.function.Predicate;
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
          Reason.NO_PROVEN_PRIMARY);

  /** The servers show a good certificate, and not the one that the spec asks for. */
  private static final Set<Reason> NOT_WHAT_WAS_ASKED =
      Set.of(Reason.CERTIFICATE_REFUSED, Reason.SECRET_MISSING, Reason.WAITING_FOR_ISSUER);

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
    tls(conditions);
    plaintext(conditions);
    credentials(conditions);
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

  /** A pod that cannot run is no matter for a person while it is replaced or removed. */
  private boolean isBeingMended(Blocked blocked) {
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

  private void tls(Conditions conditions) {
    var names = input.desired().names();
    var asked =
        input
            .plan()
            .blockedAt(Blocked.StageName.TLS)
            .filter(blocked -> NOT_WHAT_WAS_ASKED.contains(blocked.reason()));
    if (asked.isPresent()) {
      conditions.set("TLSVerified", false, asked.get().reason(), asked.get().message());
      return;
    }
    fact(
        conditions,
        "TLSVerified",
        member -> member.tls().isPresent(),
        member -> input.world().hasRead(member, names.memberTlsSecret(member.name())).orElse(false),
        Reason.CERTIFICATE_DIFFERS,
        "every server showed its current certificate, with chain and name checked",
        "shows another certificate than the one issued last");
  }

  private void plaintext(Conditions conditions) {
    fact(
        conditions,
        "PlaintextClosed",
        member -> member.plaintextClosed().isPresent(),
        member -> member.plaintextClosed().orElse(false),
        Reason.PLAINTEXT_ANSWERED,
        "every server closed a connection without TLS",
        "answered a connection without TLS");
  }

  private void credentials(Conditions conditions) {
    fact(
        conditions,
        "CredentialsApplied",
        member -> true,
        member ->
            member
                .view()
                .flatMap(
                    view -> input.desired().accessList().map(access -> access.isIn(view.acl())))
                .orElse(false),
        Reason.ACCESS_LIST_DIFFERS,
        "the access list in force was read back from every server",
        "does not have the wanted access list");
  }

  /**
   * True if it holds for every member of the spec, false if it is refuted for one, else unknown.
   */
  private void fact(
      Conditions conditions,
      String type,
      Predicate<ObservedMember> known,
      Predicate<ObservedMember> holds,
      Reason refuted,
      String good,
      String bad) {
    var members =
        input.world().members().stream()
            .filter(member -> input.desired().members().containsKey(member.name()))
            .toList();
    var answering =
        members.stream().filter(member -> member.view().isPresent() && known.test(member)).toList();
    var offender = answering.stream().filter(holds.negate()).findFirst();
    if (offender.isPresent()) {
      conditions.set(type, false, refuted, offender.get().name() + " " + bad);
    } else if (answering.size() == members.size() && !members.isEmpty()) {
      conditions.set(type, true, Reason.VERIFIED, good);
    } else {
      conditions.unknown(type, Reason.NOT_CHECKED, "not every server could be asked yet");
    }
  }
}
