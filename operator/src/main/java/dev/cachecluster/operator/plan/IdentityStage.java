package dev.cachecluster.operator.plan;

import dev.cachecluster.operator.desired.DesiredState;
import dev.cachecluster.operator.engine.Answer;
import dev.cachecluster.operator.observed.ObservedMember;
import dev.cachecluster.operator.observed.ObservedMember.ProcessState;
import dev.cachecluster.operator.observed.ObservedState;
import dev.cachecluster.operator.pki.CertificateView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** TLS and ACL: has everybody a certificate that is valid, and are the access lists in the API? */
final class IdentityStage {
  private final Duration renewBefore;

  IdentityStage(Duration renewBefore) {
    this.renewBefore = renewBefore;
  }

  StageResult certificates(DesiredState desired, ObservedState world) {
    var names = desired.names();
    if (!world.authorityExists()) {
      return StageResult.waiting(
          List.of(new Action.IssueAuthority(names.authoritySecret())),
          making(Blocked.StageName.TLS, "the cluster's authority"));
    }
    var actions = new ArrayList<Action>();
    boolean missing = false;
    for (var leaf : desired.leaves()) {
      var standing = Optional.ofNullable(world.leaves().get(leaf.secretName()));
      if (standing.isEmpty()) {
        missing = true;
        actions.add(new Action.IssueLeaf(leaf, "missing"));
      } else if (due(standing.get(), world)) {
        actions.add(new Action.IssueLeaf(leaf, "renewal is due"));
      } else if (!standing.get().dnsNames().containsAll(leaf.hosts())) {
        actions.add(new Action.IssueLeaf(leaf, "names changed"));
      }
    }
    for (var leaf : desired.userLeaves()) {
      // An application that waits for its certificate is no reason for others to wait.
      var standing = Optional.ofNullable(world.leaves().get(leaf.secretName()));
      if (standing.isEmpty()) {
        actions.add(new Action.IssueLeaf(leaf, "missing"));
      } else if (due(standing.get(), world)) {
        actions.add(new Action.IssueLeaf(leaf, "renewal is due"));
      }
    }
    for (var member : world.members()) {
      reload(desired, world, member).ifPresent(actions::add);
    }
    return missing
        ? StageResult.waiting(actions, making(Blocked.StageName.TLS, "certificates"))
        : StageResult.of(actions);
  }

  private boolean due(CertificateView certificate, ObservedState world) {
    return !world.now().isBefore(certificate.notAfter().minus(renewBefore));
  }

  /** What counts is the certificate that a server shows, not the one that lies in a Secret. */
  private static Optional<Action> reload(
      DesiredState desired, ObservedState world, ObservedMember member) {
    var stored = world.leaves().get(desired.names().memberTlsSecret(member.name()));
    if (stored == null || member.tls().isEmpty() || member.address().isEmpty()) {
      return Optional.empty();
    }
    return member.tls().get().fingerprint().equals(stored.fingerprint())
        ? Optional.empty()
        : Optional.of(
            new Action.ReloadCertificate(
                member.address().get(), desired.names().pod(member.name()), stored.fingerprint()));
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
        .forEach(object -> Drift.of(object, world.child(object)).ifPresent(actions::add));
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
