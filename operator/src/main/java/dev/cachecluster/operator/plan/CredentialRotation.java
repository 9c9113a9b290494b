package dev.cachecluster.operator.plan;

import dev.cachecluster.api.v1alpha1.Durations;
import dev.cachecluster.api.v1alpha1.RotationSpec;
import dev.cachecluster.operator.acl.ServerUser.Slot;
import dev.cachecluster.operator.desired.Grant;
import dev.cachecluster.operator.desired.Grant.Rotation;
import dev.cachecluster.operator.desired.Grant.Tokens;
import dev.cachecluster.operator.desired.Grants;
import dev.cachecluster.operator.observed.UserFacts;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The next step of a rotation of credentials. Each is one write of the grant, and is derived from
 * the grant and the world alone, so that after a crash anywhere the same one comes next.
 *
 * <ol>
 *   <li>the idle server user gets a password
 *   <li>all servers accept it: it is published, the old one drains
 *   <li>nobody uses the old one any more, or its grace is over: it is dropped, which ends its
 *       sessions
 * </ol>
 */
final class CredentialRotation {
  /**
   * How long the old credentials stay at least, within the grace: an application that is not
   * connected while a Secret is on its way is seen nowhere.
   */
  static final Duration QUIET = Grants.PUBLISHED;

  private final RotationSpec spec;
  private final Tokens asked;
  private final Instant now;

  /**
   * @param asked the tokens that stand in the annotations
   */
  CredentialRotation(RotationSpec spec, Tokens asked, Instant now) {
    this.spec = spec;
    this.asked = asked;
    this.now = now;
  }

  /**
   * A step.
   *
   * @param fresh the slot that gets a new password
   * @param news the event that it is worth
   */
  record Step(Grant next, Optional<Slot> fresh, Optional<Reason> news, String why) {}

  /**
   * The next one, if it is due.
   *
   * @param bound whether the binding holds the published credentials
   */
  Optional<Step> next(Grant grant, UserFacts facts, boolean bound) {
    return switch (grant.rotation()) {
      case Rotation.Idle _ when grant.publishedAt().isEmpty() ->
          bound
              ? step(
                  grant.withPublishedAt(now),
                  Optional.of(Reason.ACCESS_GRANTED),
                  "the first credentials are published")
              : Optional.empty();
      case Rotation.Idle _ -> idle(grant, facts);
      case Rotation.Preparing preparing -> publish(grant, preparing, facts);
      case Rotation.Draining draining -> drain(grant, draining, facts, bound);
      case Rotation.Leaving _ -> Optional.empty();
    };
  }

  private Optional<Step> idle(Grant grant, UserFacts facts) {
    boolean leaked = isNew(asked.revoke(), grant.handled().revoke());
    boolean wanted = isNew(asked.rotate(), grant.handled().rotate());
    if (!(leaked || wanted || isDue(grant))) {
      return Optional.empty();
    }
    // What a server still knows of the last rotation must be gone first.
    if (facts.present().contains(grant.other())) {
      return Optional.empty();
    }
    var next = grant.withRotation(new Rotation.Preparing(asked, leaked));
    return Optional.of(
        new Step(
            next,
            Optional.of(grant.other()),
            Optional.empty(),
            leaked
                ? "credentials are replaced, and the old ones end at once"
                : "credentials are replaced"));
  }

  private static boolean isNew(Optional<String> token, Optional<String> handled) {
    return token.isPresent() && !token.equals(handled);
  }

  private boolean isDue(Grant grant) {
    return Durations.parse(spec.interval())
        .flatMap(interval -> grant.publishedAt().map(at -> at.plus(interval)))
        .filter(due -> !now.isBefore(due))
        .isPresent();
  }

  private Optional<Step> publish(Grant grant, Rotation.Preparing preparing, UserFacts facts) {
    boolean leaked = preparing.leaked() || isNew(asked.revoke(), preparing.asked().revoke());
    if (!facts.accepted().contains(grant.other())) {
      return Optional.empty();
    }
    var grace = Durations.parse(spec.grace()).orElse(Duration.ZERO);
    return step(
        grant.switched(now, leaked ? now : now.plus(grace), asked),
        Optional.of(Reason.CREDENTIALS_ROTATED),
        "all servers accept the new credentials, so they are published");
  }

  private Optional<Step> drain(
      Grant grant, Rotation.Draining draining, UserFacts facts, boolean bound) {
    boolean leaked = isNew(asked.revoke(), grant.handled().revoke());
    boolean over = leaked || !now.isBefore(draining.until());
    boolean unused =
        facts
                .sessions()
                .filter(sessions -> sessions.getOrDefault(grant.other(), 0) == 0)
                .isPresent()
            && !now.isBefore(draining.since().plus(QUIET));
    return bound && (over || unused)
        ? step(
            grant.settled(),
            Optional.empty(),
            over ? "the grace of the old credentials is over" : "nobody uses the old credentials")
        : Optional.empty();
  }

  private static Optional<Step> step(Grant next, Optional<Reason> news, String why) {
    return Optional.of(new Step(next, Optional.empty(), news, why));
  }
}
