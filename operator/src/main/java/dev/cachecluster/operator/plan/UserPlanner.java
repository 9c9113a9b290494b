package dev.cachecluster.operator.plan;

import dev.cachecluster.api.v1alpha1.CacheUser;
import dev.cachecluster.api.v1alpha1.CacheUserCheck;
import dev.cachecluster.api.v1alpha1.Durations;
import dev.cachecluster.api.v1alpha1.SpecProblem;
import dev.cachecluster.operator.desired.Binding;
import dev.cachecluster.operator.desired.Grant;
import dev.cachecluster.operator.desired.Grant.Rotation;
import dev.cachecluster.operator.desired.Grant.Tokens;
import dev.cachecluster.operator.observed.BindingSecret;
import dev.cachecluster.operator.observed.ClusterReport;
import dev.cachecluster.operator.observed.ObservedUser;
import dev.cachecluster.operator.observed.ObservedUser.Place;
import dev.cachecluster.operator.observed.UserFacts;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Decides what a CacheUser is granted, and what is done next for it. It touches nothing but its
 * grant and its binding: server users and the network path are made from the grant by the cluster's
 * own pass.
 */
public final class UserPlanner {
  /** Keeps a CacheUser until its access is gone. */
  public static final String FINALIZER = "cachecluster.dev/revoke";

  private static final Duration AT_REST = Duration.ofMinutes(1);
  private static final Duration BUSY = Duration.ofSeconds(1);

  /**
   * Who waits for the servers is woken by what the next pass over them reports; this is in case
   * that was missed. A thousand users that look every second leave no time for that pass.
   */
  private static final Duration TOLD = Duration.ofSeconds(30);

  /**
   * How long a deletion waits for a member that cannot be asked. The grant is gone by then, so that
   * member loses the user as soon as it is heard again, and gets no role before.
   */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** The plan. */
  public UserPlan plan(ObservedUser world) {
    if (world.user().getMetadata().getDeletionTimestamp() != null) {
      return leaving(world);
    }
    if (world.place() != Place.STANDS) {
      return waiting(
          List.of(),
          Reason.CLUSTER_NOT_FOUND,
          world.place() == Place.GOING
              ? "CacheCluster " + where(world) + " is being deleted"
              : "there is no CacheCluster "
                  + where(world)
                  + "; create it, or correct spec.clusterRef");
    }
    if (world.report().isEmpty()) {
      return waiting(
          List.of(),
          Reason.PROGRESSING,
          "waiting for a first look at CacheCluster " + where(world));
    }
    return granted(world, world.report().get());
  }

  private static String where(ObservedUser world) {
    return world.cluster().namespace() + "/" + world.cluster().cluster();
  }

  private UserPlan leaving(ObservedUser world) {
    if (!holds(world.user())) {
      return waiting(List.of(), Reason.REVOKED, "its access is gone");
    }
    if (world.place() != Place.STANDS) {
      return letGo("its cluster is gone");
    }
    if (world.grantSecret().isPresent() && isOwn(world)) {
      return waiting(
          List.of(new UserAction.Withdraw(world.grantSecret().get(), "the user is deleted")),
          Reason.REVOKED,
          "its access is being taken away");
    }
    if (world.report().isEmpty()) {
      return waiting(List.of(), Reason.REVOKED, "waiting for a look at the servers");
    }
    var facts = world.facts().orElse(UserFacts.NOTHING);
    var asked = Instant.parse(world.user().getMetadata().getDeletionTimestamp());
    boolean patient = world.now().isBefore(asked.plus(PATIENCE));
    if (!facts.present().isEmpty() && patient) {
      return waiting(
          List.of(),
          Reason.REVOKED,
          "waiting until its server users are gone from " + String.join(", ", facts.lacking()));
    }
    return letGo("its access is gone");
  }

  private static UserPlan letGo(String why) {
    return waiting(List.of(new UserAction.LetGo(why)), Reason.REVOKED, why);
  }

  private static boolean holds(CacheUser user) {
    var finalizers = user.getMetadata().getFinalizers();
    return finalizers != null && finalizers.contains(FINALIZER);
  }

  /** A grant of this very user; a damaged one at its place is its own, too, by its labels. */
  private static boolean isOwn(ObservedUser world) {
    return world.grant().map(grant -> grant.user().equals(world.key())).orElse(true);
  }

  private UserPlan granted(ObservedUser world, ClusterReport report) {
    var actions = new ArrayList<UserAction>();
    if (!holds(world.user())) {
      actions.add(new UserAction.Hold());
    }
    var problems = new ArrayList<>(CacheUserCheck.check(world.user()));
    var grant = world.grant().filter(known -> known.user().equals(world.key()));
    var forbidden =
        Admission.isForbidden(report.access().namespaces(), world)
            ? Optional.of(
                "spec.access of CacheCluster "
                    + where(world)
                    + " does not allow namespace "
                    + world.key().namespace())
            : Optional.<String>empty();
    if (forbidden.isPresent()) {
      return forbidden(world, grant, forbidden.get());
    }
    if (grant.isPresent() && !grant.get().uid().equals(world.user().getMetadata().getUid())) {
      return waiting(
          List.of(
              new UserAction.Withdraw(
                  world.grantSecret().orElseThrow(),
                  "it was made for an earlier user of this name")),
          Reason.PROGRESSING,
          "the grant of an earlier user of this name is taken away");
    }
    var overlap = problems.isEmpty() ? Admission.overlap(world, report) : Optional.<String>empty();
    var refusal = refusal(problems, overlap);
    if (grant.isEmpty()) {
      return first(world, actions, refusal);
    }
    return standing(world, report, actions, grant.get(), refusal);
  }

  private UserPlan forbidden(ObservedUser world, Optional<Grant> grant, String why) {
    if (grant.isEmpty()) {
      return new UserPlan(List.of(), new UserVerdict.Refused(Reason.NOT_ALLOWED, why), AT_REST);
    }
    var known = grant.get();
    if (known.rotation() instanceof Rotation.Leaving(var until)) {
      return world.now().isBefore(until)
          ? new UserPlan(List.of(), ends(why), BUSY)
          : new UserPlan(
              List.of(new UserAction.Withdraw(world.grantSecret().orElseThrow(), why)),
              new UserVerdict.Refused(Reason.NOT_ALLOWED, why),
              BUSY);
    }
    var grace = Durations.parse(known.spec().rotation().grace()).orElse(Duration.ZERO);
    return new UserPlan(
        List.of(
            new UserAction.Advance(
                known.withRotation(new Rotation.Leaving(world.now().plus(grace))),
                Optional.empty(),
                Optional.empty(),
                "its namespace is not allowed any more, and its grace begins")),
        ends(why),
        BUSY);
  }

  private static UserVerdict ends(String why) {
    return new UserVerdict.Refused(Reason.NOT_ALLOWED, why + "; its access ends with its grace");
  }

  private static Optional<UserVerdict.Refused> refusal(
      List<SpecProblem> problems, Optional<String> overlap) {
    if (!problems.isEmpty()) {
      return Optional.of(
          new UserVerdict.Refused(
              Reason.SPEC_REJECTED,
              problems.stream().map(SpecProblem::message).collect(Collectors.joining("; "))));
    }
    return overlap.map(message -> new UserVerdict.Refused(Reason.KEYS_OVERLAP, message));
  }

  private static UserPlan first(
      ObservedUser world, List<UserAction> actions, Optional<UserVerdict.Refused> refusal) {
    if (refusal.isPresent()) {
      return new UserPlan(List.of(), refusal.get(), AT_REST);
    }
    if (world.grantSecret().isPresent() && !isOwn(world)) {
      return new UserPlan(
          List.of(),
          new UserVerdict.Refused(
              Reason.FOREIGN_OBJECT,
              "another user has the place of its grant; rename the CacheUser"),
          AT_REST);
    }
    actions.add(
        new UserAction.Begin(
            world.key(),
            world.user().getMetadata().getUid(),
            world.user().getSpec(),
            world.binding().flatMap(binding -> BindingSecret.standing(binding, world.user()))));
    return waiting(actions, Reason.CREATING, "the access is being granted");
  }

  private static UserPlan standing(
      ObservedUser world,
      ClusterReport report,
      List<UserAction> actions,
      Grant grant,
      Optional<UserVerdict.Refused> refusal) {
    var facts = world.facts().orElse(UserFacts.NOTHING);
    var wanted = refusal.isPresent() ? grant.spec() : world.user().getSpec();
    var binding = binding(world, report, grant, facts);
    var drift = binding.flatMap(secret -> Drift.of(secret, world.binding()));
    boolean bound = binding.isPresent() && drift.isEmpty();
    drift
        .map(Action.Apply.class::cast)
        .ifPresent(apply -> actions.add(new UserAction.Bind(apply.object(), apply.change())));
    if (grant.rotation() instanceof Rotation.Leaving) {
      var back =
          grant.both() ? new Rotation.Draining(world.now(), world.now()) : new Rotation.Idle();
      actions.add(
          new UserAction.Advance(
              grant.withRotation(back),
              Optional.empty(),
              Optional.empty(),
              "its namespace is allowed again"));
    } else if (!wanted.equals(grant.spec())) {
      actions.add(
          new UserAction.Advance(
              grant.withSpec(wanted), Optional.empty(), Optional.empty(), "the spec has changed"));
    } else {
      new CredentialRotation(wanted.rotation(), tokens(world.user()), world.now())
          .next(grant, facts, bound)
          .ifPresent(
              step ->
                  actions.add(
                      new UserAction.Advance(step.next(), step.fresh(), step.news(), step.why())));
    }
    var verdict = UserVerdicts.of(grant, facts, bound && actions.isEmpty(), refusal);
    boolean resting =
        actions.isEmpty()
            && !(verdict instanceof UserVerdict.Waiting)
            && grant.rotation() instanceof Rotation.Idle;
    boolean told = actions.isEmpty() && grant.rotation() instanceof Rotation.Idle;
    return new UserPlan(actions, verdict, resting ? AT_REST : told ? TOLD : BUSY);
  }

  private static Optional<io.fabric8.kubernetes.api.model.Secret> binding(
      ObservedUser world, ClusterReport report, Grant grant, UserFacts facts) {
    return facts.accepted().contains(grant.published())
            && facts.certificate().isPresent()
            && report.caPem().isPresent()
        ? Optional.of(
            new Binding(
                    world.cluster(),
                    report.engine(),
                    report.caPem().get(),
                    facts.certificate().get(),
                    grant)
                .secret())
        : Optional.empty();
  }

  private static Tokens tokens(CacheUser user) {
    return new Tokens(user.token(CacheUser.ROTATE), user.token(CacheUser.REVOKE));
  }

  private static UserPlan waiting(List<UserAction> actions, Reason reason, String message) {
    return new UserPlan(
        actions, new UserVerdict.Waiting(reason, message), actions.isEmpty() ? TOLD : BUSY);
  }
}
