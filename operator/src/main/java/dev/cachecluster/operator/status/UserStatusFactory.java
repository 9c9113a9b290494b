package dev.cachecluster.operator.status;

import dev.cachecluster.api.v1alpha1.BindingStatus;
import dev.cachecluster.api.v1alpha1.CacheUserStatus;
import dev.cachecluster.api.v1alpha1.HandledStatus;
import dev.cachecluster.api.v1alpha1.RotationStage;
import dev.cachecluster.api.v1alpha1.TlsStatus;
import dev.cachecluster.api.v1alpha1.UserRotationStatus;
import dev.cachecluster.operator.apply.Outcome;
import dev.cachecluster.operator.desired.Binding;
import dev.cachecluster.operator.desired.Grant;
import dev.cachecluster.operator.desired.Grant.Rotation;
import dev.cachecluster.operator.observed.ObservedUser;
import dev.cachecluster.operator.observed.UserFacts;
import dev.cachecluster.operator.pki.CertificateView;
import dev.cachecluster.operator.plan.Reason;
import dev.cachecluster.operator.plan.UserPlan;
import dev.cachecluster.operator.plan.UserVerdict;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Tells a user's state. Every word of it was seen; nothing is copied from the spec. */
public final class UserStatusFactory {

  /** The status; equal to the previous one if nothing that it tells has changed. */
  public CacheUserStatus of(ObservedUser world, UserPlan plan, Outcome outcome) {
    var user = world.user();
    var previous = user.getStatus();
    var generation = Optional.ofNullable(user.getMetadata().getGeneration()).orElse(0L);
    var conditions =
        new Conditions(previous == null ? null : previous.conditions(), generation, world.now());
    var facts = world.facts().orElse(UserFacts.NOTHING);
    var grant = world.grant().filter(known -> known.user().equals(world.key()));
    ready(conditions, plan.verdict());
    credentials(conditions, grant, facts);
    path(conditions, grant, facts);
    progress(conditions, plan.verdict(), outcome);
    var bound = grant.filter(known -> known.publishedAt().isPresent());
    // Who lost its record and was not refused is still served: what was true stays told.
    var before =
        Optional.ofNullable(previous)
            .filter(_ -> bound.isEmpty() && !(plan.verdict() instanceof UserVerdict.Refused));
    return new CacheUserStatus(
        generation,
        conditions.build(),
        bound.isPresent()
            ? new BindingStatus(Binding.name(world.key()))
            : before.map(CacheUserStatus::binding).orElse(null),
        bound
            .map(known -> known.user().serverUser(known.published()).serverName())
            .or(() -> before.map(CacheUserStatus::username))
            .orElse(null),
        bound
            .flatMap(Grant::publishedAt)
            .map(at -> at.truncatedTo(ChronoUnit.SECONDS).toString())
            .or(() -> before.map(CacheUserStatus::lastRotation))
            .orElse(null),
        grant.map(UserStatusFactory::rotation).orElse(null),
        facts
            .certificate()
            .flatMap(pair -> CertificateView.find(pair.certificatePem()))
            .map(CertificateView::notAfter)
            .map(end -> new TlsStatus(end.truncatedTo(ChronoUnit.SECONDS).toString()))
            .orElse(null),
        grant
            .map(Grant::handled)
            .filter(tokens -> tokens.rotate().isPresent() || tokens.revoke().isPresent())
            .map(
                tokens ->
                    new HandledStatus(tokens.rotate().orElse(null), tokens.revoke().orElse(null)))
            .orElse(null));
  }

  private static void ready(Conditions conditions, UserVerdict verdict) {
    switch (verdict) {
      case UserVerdict.Bound _ ->
          conditions.set(
              "Ready", true, Reason.BOUND, "the binding opens the cache to this application");
      case UserVerdict.Waiting(var reason, var message) ->
          conditions.set("Ready", false, reason, message);
      case UserVerdict.Refused(var reason, var message) ->
          conditions.set("Ready", false, reason, message);
    }
  }

  private static void credentials(Conditions conditions, Optional<Grant> grant, UserFacts facts) {
    if (grant.isEmpty()) {
      conditions.set("CredentialsApplied", false, Reason.NOT_CHECKED, "nothing is granted");
    } else if (facts.accepted().containsAll(grant.get().passwords().keySet())) {
      conditions.set(
          "CredentialsApplied",
          true,
          Reason.VERIFIED,
          "its server users were read back from every server");
    } else {
      conditions.set(
          "CredentialsApplied",
          false,
          Reason.ACCESS_LIST_DIFFERS,
          facts.lacking().isEmpty()
              ? "no server was seen to have its server users yet"
              : "not seen to have its server users: " + String.join(", ", facts.lacking()));
    }
  }

  private static void path(Conditions conditions, Optional<Grant> grant, UserFacts facts) {
    boolean open = grant.isPresent() && facts.pathOpen();
    conditions.set(
        "NetworkPathOpen",
        open,
        open ? Reason.PATH_OPEN : Reason.NOT_CHECKED,
        open
            ? "the cache's policy lets the selected pods in"
            : "no policy of the cache lets the selected pods in");
  }

  private static void progress(Conditions conditions, UserVerdict verdict, Outcome outcome) {
    var refused =
        verdict instanceof UserVerdict.Refused known
            ? Optional.of(known)
            : outcome instanceof Outcome.Invalid(var reason, var message)
                ? Optional.of(new UserVerdict.Refused(reason, message))
                : Optional.<UserVerdict.Refused>empty();
    boolean busy = refused.isEmpty() && verdict instanceof UserVerdict.Waiting;
    conditions.set(
        "Reconciling",
        busy,
        verdict instanceof UserVerdict.Waiting(var reason, var _) && busy
            ? reason
            : Reason.AS_DESIRED,
        verdict instanceof UserVerdict.Waiting(var _, var message) && busy
            ? message
            : "nothing is under way");
    conditions.set(
        "Stalled",
        refused.isPresent(),
        refused.map(UserVerdict.Refused::reason).orElse(Reason.AS_DESIRED),
        refused.map(UserVerdict.Refused::message).orElse("nothing needs a person"));
  }

  private static @Nullable UserRotationStatus rotation(Grant grant) {
    return switch (grant.rotation()) {
      case Rotation.Idle _ -> new UserRotationStatus(RotationStage.IDLE, null);
      case Rotation.Preparing _ -> new UserRotationStatus(RotationStage.PREPARING, null);
      case Rotation.Draining(var since, var _) ->
          new UserRotationStatus(
              RotationStage.DRAINING, since.truncatedTo(ChronoUnit.SECONDS).toString());
      case Rotation.Leaving _ -> new UserRotationStatus(RotationStage.DRAINING, null);
    };
  }
}
