package dev.cachecluster.operator.plan;

import dev.cachecluster.operator.desired.Labels;
import dev.cachecluster.operator.desired.Names;
import dev.cachecluster.operator.observed.Isolation;
import dev.cachecluster.operator.observed.ProbePod;
import dev.cachecluster.operator.observed.ProbePod.Progress;
import dev.cachecluster.operator.probe.Finding;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Judges what the pods of one run tell. Somebody who got where nobody may is bad news whatever else
 * is missing in the end; that nobody did is good news only if both got where they may.
 */
final class ProbeVerdict {
  private final Names names;
  private final List<ProbePod> run;
  private final boolean opened;

  /**
   * @param opened whether the spec opens ways out, which may be what somebody got out by
   */
  ProbeVerdict(Names names, List<ProbePod> run, boolean opened) {
    this.names = names;
    this.run = run;
    this.opened = opened;
  }

  /**
   * The verdict; empty while there is none.
   *
   * @param patience whether those that have told nothing may still do so
   */
  Optional<Isolation> of(boolean patience) {
    var intruders = where(finding -> !finding.allowed() && finding.reached());
    if (!intruders.isEmpty()) {
      // Both directions are told of in one message: the other pod is done within seconds.
      boolean moreToCome =
          patience && run.stream().anyMatch(pod -> pod.progress() instanceof Progress.Waiting);
      return moreToCome
          ? Optional.empty()
          : Optional.of(new Isolation.NotEnforced(notEnforced(intruders)));
    }
    var failed = run.stream().flatMap(pod -> failure(pod, patience).stream()).findFirst();
    if (failed.isPresent()) {
      return failed.map(Isolation.NotRun::new);
    }
    long told = run.stream().filter(pod -> pod.progress() instanceof Progress.Told).count();
    return told < 2
        ? Optional.<Isolation>of(new Isolation.NotRun("a pod of the probe is gone"))
            .filter(_ -> !patience)
        : Optional.of(lost().orElseGet(Isolation.Isolated::new));
  }

  private String notEnforced(List<String> intruders) {
    return String.join("; ", intruders)
        + ". The network does not enforce NetworkPolicy "
        + names.networkPolicy()
        + ", or another NetworkPolicy of namespace "
        + names.namespace()
        + " allows it"
        + (opened ? ", or spec.network.egress does" : "")
        + ": use a network plugin that enforces NetworkPolicies, and look at kubectl get"
        + " networkpolicies -n "
        + names.namespace()
        + ". TLS, client certificates and access lists hold meanwhile";
  }

  private Optional<String> failure(ProbePod pod, boolean patience) {
    return switch (pod.progress()) {
      case Progress.Told _ -> Optional.empty();
      case Progress.Failed(var reason) ->
          Optional.of("pod " + pod.name() + " ended without a verdict (" + reason + ")");
      case Progress.Waiting(var message) ->
          patience
              ? Optional.empty()
              : Optional.of(
                  "pod "
                      + pod.name()
                      + " did not end in time ("
                      + message
                      + "); it needs a node of spec.placement with 64Mi, and the operator's image,"
                      + " whose pull secret can be named in spec.engine.imagePullSecrets");
    };
  }

  /** Who did not get where it may has no network, and proves nothing by getting nowhere else. */
  private Optional<Isolation> lost() {
    var kept = where(finding -> finding.allowed() && !finding.reached());
    return kept.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Isolation.NotRun(
                String.join("; ", kept)
                    + ", which they may; so it proves nothing where else they did not get. Look for"
                    + " another NetworkPolicy of namespace "
                    + names.namespace()
                    + " that keeps them, and let pods with the label "
                    + Labels.PROBE
                    + "="
                    + Labels.PROBE_STRANGER
                    + " out to the API server"));
  }

  /** One sentence for each pod that found such a thing. */
  private List<String> where(Predicate<Finding> wanted) {
    var sentences = new ArrayList<String>();
    for (var pod : run) {
      if (pod.progress() instanceof Progress.Told(var findings)) {
        var places = findings.stream().filter(wanted).toList();
        if (!places.isEmpty()) {
          sentences.add(who(pod) + places.stream().map(ProbeVerdict::place).collect(joined()));
        }
      }
    }
    return sentences;
  }

  private static java.util.stream.Collector<CharSequence, ?, String> joined() {
    return Collectors.joining(", ");
  }

  private static String who(ProbePod pod) {
    var reached =
        pod.which().equals(Labels.PROBE_INSIDE)
            ? "a pod under the members' policy "
            : "a pod that nothing lets in ";
    return reached;
  }

  private static String place(Finding finding) {
    return finding.reached()
        ? "connected to " + finding.name()
        : "could not connect to " + finding.name() + " (" + finding.detail() + ")";
  }
}
