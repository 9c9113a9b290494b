package dev.cachecluster.operator.plan;

import dev.cachecluster.operator.desired.DesiredState;
import dev.cachecluster.operator.desired.Digests;
import dev.cachecluster.operator.engine.Answer;
import dev.cachecluster.operator.observed.ObjectKey;
import dev.cachecluster.operator.observed.ObservedMember;
import dev.cachecluster.operator.observed.ObservedMember.ProcessState;
import dev.cachecluster.operator.observed.ObservedState;
import dev.cachecluster.operator.observed.ServerFiles;
import dev.cachecluster.operator.pki.TrustBundle;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** TLS and ACL: has everybody a certificate that is valid, and are the access lists in the API? */
final class IdentityStage {
  private final Duration renewBefore;
  private final Drift drift;

  IdentityStage(Duration renewBefore, Drift drift) {
    this.renewBefore = renewBefore;
    this.drift = drift;
  }

  StageResult certificates(DesiredState desired, ObservedState world) {
    if (world.authority().isEmpty()) {
      return firstAuthority(desired, world);
    }
    var leaves = new Leaves(world, world.authority().get().state(), renewBefore);
    var actions = new ArrayList<Action>(leaves.of(desired.leaves(), desired.userLeaves()));
    // An application that waits for its certificate is no reason for others to wait.
    boolean missing =
        desired.leaves().stream().anyMatch(leaf -> !world.leaves().containsKey(leaf.secretName()));
    for (var member : world.members()) {
      reload(desired, world, member).ifPresent(actions::add);
    }
    return missing
        ? StageResult.waiting(actions, making(Blocked.StageName.TLS, "certificates"))
        : StageResult.of(actions);
  }

  private static StageResult firstAuthority(DesiredState desired, ObservedState world) {
    var secret = desired.names().authoritySecret();
    return world.children().containsKey(new ObjectKey("Secret", secret))
        ? StageResult.waiting(
            List.of(),
            new Blocked(
                Blocked.StageName.TLS,
                Reason.CERTIFICATE_DIFFERS,
                "Secret "
                    + secret
                    + " holds no readable authority, and nobody has a certificate that tells which"
                    + " it was; restore the Secret, or delete it for a new authority"))
        : StageResult.waiting(
            List.of(new Action.IssueAuthority(secret, world.rotate())),
            making(Blocked.StageName.TLS, "the cluster's authority"));
  }

  /**
   * What counts is the certificate that a server shows, and whose clients it lets in, not what lies
   * in a Secret.
   */
  private static Optional<Action> reload(
      DesiredState desired, ObservedState world, ObservedMember member) {
    var secret = desired.names().memberTlsSecret(member.name());
    var stored = world.leaves().get(secret);
    var read = world.hasRead(member, secret);
    if (stored == null || read.isEmpty() || member.address().isEmpty()) {
      return Optional.empty();
    }
    boolean refused = member.acceptsNext().equals(Optional.of(false));
    var trusted = world.published().getOrDefault(secret, TrustBundle.NONE).fingerprints();
    var others = world.files().getOrDefault(secret, ServerFiles.NONE);
    var shown = others.server().orElse(stored).fingerprint();
    return read.get() && !refused
        ? Optional.empty()
        : Optional.of(
            new Action.ReloadCertificate(
                member.address().get(),
                desired.names().pod(member.name()),
                Digests.of(shown + " " + new TreeSet<>(trusted)),
                others.marker()));
  }

  StageResult accessLists(DesiredState desired, ObservedState world) {
    var secret = desired.names().accountsSecret();
    var actions = new ArrayList<Action>();
    switch (world.accounts()) {
      case STAND -> {}
      case KNOWN -> actions.add(new Action.RestoreAccounts(secret));
      case MISSING -> {
        return StageResult.waiting(
            List.of(new Action.CreateAccounts(secret)), making(Blocked.StageName.ACL, "accounts"));
      }
      case DAMAGED -> {
        return StageResult.waiting(
            List.of(),
            new Blocked(
                Blocked.StageName.ACL,
                Reason.SECRET_DAMAGED,
                "Secret "
                    + secret
                    + " does not hold the operator's passwords any more: restore it; if it is lost,"
                    + " delete it and all pods of the cache, which empties it"));
      }
    }
    if (desired.accessList().isEmpty()) {
      return StageResult.waiting(actions, making(Blocked.StageName.ACL, "identities"));
    }
    desired
        .secrets()
        .forEach(object -> drift.between(object, world.child(object)).ifPresent(actions::add));
    return refusing(world)
        .map(
            member ->
                StageResult.waiting(
                    actions,
                    new Blocked(
                        Blocked.StageName.ACL,
                        Reason.CREDENTIALS_REFUSED,
                        member
                            + " refuses the operator's password, so Secret "
                            + secret
                            + " is not the one that it started with: put that one back; if it is"
                            + " lost, delete all pods of the cache, which empties it")))
        .orElseGet(() -> StageResult.of(actions));
  }

  private static Optional<String> refusing(ObservedState world) {
    return world.members().stream()
        .filter(
            member ->
                member.process() instanceof ProcessState.Silent(var cause, var _)
                    && cause == Answer.Cause.AUTH)
        .map(ObservedMember::name)
        .findFirst();
  }

  private static Blocked making(Blocked.StageName stage, String what) {
    return new Blocked(stage, Reason.CREATING, "making " + what);
  }
}
