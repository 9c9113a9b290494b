package dev.cachecluster.operator.plan;

import dev.cachecluster.api.v1alpha1.CacheClusterSpec;
import dev.cachecluster.operator.desired.DesiredState;
import dev.cachecluster.operator.desired.Grant;
import dev.cachecluster.operator.desired.ProbePods;
import dev.cachecluster.operator.observed.Isolation;
import dev.cachecluster.operator.observed.NetworkProof;
import dev.cachecluster.operator.observed.ObservedState;
import dev.cachecluster.operator.observed.ProbePod;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/**
 * Does the network keep to its policies? A run of the probe is begun when what it would look at has
 * changed and at long intervals, and only while there is nothing else to do, so that nobody waits
 * for it. First its verdict is told, then its pods are deleted: a verdict is never lost on the way.
 */
final class IsolationStage {
  /** Networks do not change by themselves. */
  private static final Duration AGAIN = Duration.ofHours(6);

  /** Bad news may be over; whoever mended it wants to see that. */
  private static final Duration AGAIN_AFTER_BAD_NEWS = Duration.ofMinutes(15);

  /** Finding a node, pulling an image and the program's own time. */
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private final DesiredState desired;
  private final CacheClusterSpec spec;
  private final ObservedState world;
  private final Optional<String> subject;
  private final Optional<NetworkProof> told;

  IsolationStage(DesiredState desired, CacheClusterSpec spec, ObservedState world) {
    this.desired = desired;
    this.spec = spec;
    this.world = world;
    this.subject = NetworkProof.subject(desired, world.members());
    this.told = world.network().told().filter(proof -> speaksOf(proof.subject()));
  }

  /** What to do, and what can be said. */
  record Answer(List<Action> actions, NetworkClaim claim) {}

  private boolean speaksOf(String what) {
    return subject.filter(what::equals).isPresent();
  }

  /**
   * Decides.
   *
   * @param atRest whether there is nothing else to do, and nothing to wait for but the rotation of
   *     the authority, which may take days
   */
  Answer decide(boolean atRest) {
    var run = world.probePods().stream().filter(pod -> !isOver(pod)).toList();
    if (!run.isEmpty()) {
      return running(run, atRest);
    }
    var over = world.probePods().stream().filter(pod -> !pod.deleting()).toList();
    if (!over.isEmpty()) {
      return new Answer(List.of(end(over)), claim("the probe begins anew"));
    }
    if (!isDue()) {
      return new Answer(List.of(), claim(""));
    }
    var obstacle = obstacle();
    if (obstacle.isPresent()) {
      return new Answer(
          List.of(),
          told.<NetworkClaim>map(NetworkClaim.Told::new)
              .orElse(new NetworkClaim.Impossible(obstacle.get())));
    }
    boolean can = atRest && world.probePods().isEmpty() && allAnswer();
    return new Answer(
        can ? List.of(begin()) : List.of(),
        claim(can ? "the probe begins" : "the probe begins when all members serve"));
  }

  /** Its verdict was told, or it was about what does not stand any more. */
  private boolean isOver(ProbePod pod) {
    return pod.deleting()
        || !speaksOf(pod.subject())
        || told.filter(proof -> proof.at().equals(pod.run())).isPresent();
  }

  private Answer running(List<ProbePod> all, boolean atRest) {
    var at = all.getFirst().run();
    var run = all.stream().filter(pod -> pod.run().equals(at)).toList();
    boolean patience = world.now().isBefore(at.plus(PATIENCE));
    var verdict = new ProbeVerdict(desired.names(), run, !spec.openings().isEmpty()).of(patience);
    if (verdict.isPresent()) {
      var proof = new NetworkProof(at, run.getFirst().subject(), verdict.get());
      return new Answer(
          List.of(new Action.Probe(new ProbeStep.Judge(proof, alarm(verdict.get())))),
          new NetworkClaim.Told(proof));
    }
    // An operator that ended between the two pods is taken over from.
    var lacking = run.size() < 2 && atRest ? lacking(run) : Optional.<Action>empty();
    return new Answer(lacking.stream().toList(), claim("the probe runs"));
  }

  /** Bad news is news once; that it is still so is no news. */
  private Optional<String> alarm(Isolation verdict) {
    boolean known =
        told.filter(proof -> proof.verdict() instanceof Isolation.NotEnforced).isPresent();
    return verdict instanceof Isolation.NotEnforced(var message) && !known
        ? Optional.of(message)
        : Optional.empty();
  }

  private static Action end(List<ProbePod> pods) {
    return new Action.Probe(
        new ProbeStep.End(
            pods.stream().map(ProbePod::object).toList(),
            "its verdict is told, or of no more use"));
  }

  private boolean isDue() {
    return told.map(
            proof ->
                !world
                    .now()
                    .isBefore(
                        proof
                            .at()
                            .plus(
                                proof.verdict() instanceof Isolation.Isolated
                                    ? AGAIN
                                    : AGAIN_AFTER_BAD_NEWS)))
        .orElse(true);
  }

  private boolean allAnswer() {
    return desired.members().keySet().stream()
        .allMatch(name -> world.member(name).flatMap(member -> member.view()).isPresent());
  }

  private Optional<String> obstacle() {
    if (world.network().image().isEmpty()) {
      return Optional.of(
          "the operator could not read its own pod, whose image the probe runs from: check its"
              + " right to get pods in its own namespace, and the variables CACHECLUSTER_NAMESPACE"
              + " and CACHECLUSTER_POD_NAME of its Deployment");
    }
    return host()
        .map(
            grant ->
                "CacheUser "
                    + grant.user()
                    + " lets in every pod that has labels which the probe's stranger has, too, so nobody"
                    + " is left to be kept out: name a label in its podSelector that only the pods of"
                    + " the application have");
  }

  /** A user by whose path the stranger would come in, and rightly so. */
  private Optional<Grant> host() {
    var stranger = new ProbePods(desired.names(), spec).strangerLabels();
    return desired.grants().admitted().stream()
        .filter(grant -> grant.user().namespace().equals(desired.names().namespace()))
        .filter(grant -> Selectors.matches(grant.spec().podSelector(), stranger))
        .findFirst();
  }

  private Action begin() {
    var why = told.isPresent() ? "the last run is long ago" : "nothing is proven of these members";
    var at = world.now().truncatedTo(ChronoUnit.SECONDS);
    return new Action.Probe(
        new ProbeStep.Start(pods(at.toString()), at, subject.orElseThrow(), why));
  }

  private Optional<Action> lacking(List<ProbePod> run) {
    var at = run.getFirst().run();
    var there = run.stream().map(ProbePod::name).toList();
    return world
        .network()
        .image()
        .map(
            _ ->
                new Action.Probe(
                    new ProbeStep.Start(
                        pods(at.toString()).stream()
                            .filter(pod -> !there.contains(pod.getMetadata().getName()))
                            .toList(),
                        at,
                        run.getFirst().subject(),
                        "it lacks")));
  }

  private List<io.fabric8.kubernetes.api.model.Pod> pods(String at) {
    return new ProbePods(desired.names(), spec)
        .of(
            world.network().image().orElseThrow(),
            at,
            subject.orElseThrow(),
            NetworkProof.members(desired, world.members()).orElseThrow());
  }

  /** What was told stands until something else is. */
  private NetworkClaim claim(String pending) {
    return told.<NetworkClaim>map(NetworkClaim.Told::new).orElse(new NetworkClaim.Pending(pending));
  }
}
