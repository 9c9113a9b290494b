package dev.cachecluster.operator.plan;

import dev.cachecluster.operator.desired.DesiredState;
import dev.cachecluster.operator.observed.ObservedMember;
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
    if (!world.accountsExist()) {
      return StageResult.waiting(
          List.of(new Action.CreateAccounts(desired.names().accountsSecret())),
          making(Blocked.StageName.ACL, "accounts"));
    }
    if (desired.accessList().isEmpty()) {
      return StageResult.waiting(List.of(), making(Blocked.StageName.ACL, "identities"));
    }
    var actions = new ArrayList<Action>();
    desired
        .secrets()
        .forEach(secret -> Drift.of(secret, world.child(secret)).ifPresent(actions::add));
    return StageResult.of(actions);
  }

  private static Blocked making(Blocked.StageName stage, String what) {
    return new Blocked(stage, Reason.CREATING, "making " + what);
  }
}
