package dev.cachecluster.operator.plan;

import dev.cachecluster.operator.desired.Grant;
import dev.cachecluster.operator.observed.UserFacts;
import java.util.Optional;

/** How it stands with a user that has a grant. */
final class UserVerdicts {
  private UserVerdicts() {}

  /**
   * The verdict.
   *
   * @param bound whether the binding holds what is published, and nothing is under way
   */
  static UserVerdict of(
      Grant grant, UserFacts facts, boolean bound, Optional<UserVerdict.Refused> refusal) {
    if (refusal.isPresent()) {
      return refusal.get();
    }
    if (facts.refused().isPresent()) {
      return new UserVerdict.Refused(Reason.KEYS_OVERLAP, facts.refused().get());
    }
    if (!facts.accepted().containsAll(grant.passwords().keySet())) {
      return new UserVerdict.Waiting(
          Reason.WAITING_FOR_SERVERS,
          facts.lacking().isEmpty()
              ? "waiting until the servers accept its credentials"
              : "waiting until its credentials are accepted by "
                  + String.join(", ", facts.lacking()));
    }
    if (facts.certificate().isEmpty()) {
      return new UserVerdict.Waiting(Reason.CREATING, "its client certificate is being issued");
    }
    if (!facts.pathOpen()) {
      return new UserVerdict.Waiting(Reason.CREATING, "its network path is being opened");
    }
    if (!bound) {
      return new UserVerdict.Waiting(Reason.PROGRESSING, "its binding is being written");
    }
    return new UserVerdict.Bound();
  }
}
