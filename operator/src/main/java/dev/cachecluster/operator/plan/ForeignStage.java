package dev.cachecluster.operator.plan;

import dev.cachecluster.operator.desired.DesiredState;
import dev.cachecluster.operator.desired.ServerCertificate;
import dev.cachecluster.operator.observed.ObservedForeign;
import dev.cachecluster.operator.observed.ObservedMember;
import dev.cachecluster.operator.observed.ObservedRequest;
import dev.cachecluster.operator.observed.ObservedState;
import dev.cachecluster.operator.observed.ServerFiles;
import dev.cachecluster.operator.pki.CertificateView;
import dev.cachecluster.operator.pki.ForeignOffer;
import dev.cachecluster.operator.pki.ForeignState;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;

/**
 * Is the servers' certificate the one that the spec asks for? Everybody trusts its root before it
 * is shown, and that of another one for as long as it is shown. Nothing of a cluster waits for it:
 * until then, and whenever it is refused, what was good before serves on.
 */
final class ForeignStage {
  private static final int NAMED = 4;

  private final DesiredState desired;
  private final ObservedState world;
  private final ObservedForeign foreign;
  private final ForeignState state;

  ForeignStage(DesiredState desired, ObservedState world) {
    this.desired = desired;
    this.world = world;
    this.foreign = world.foreign();
    this.state = foreign.state();
  }

  StageResult decide() {
    // What is random was made first; without an authority of its own a cluster has no clients.
    return world.authority().isEmpty() ? StageResult.nothing() : request().and(change());
  }

  private StageResult request() {
    var actions = new ArrayList<Action>();
    if (desired.serverCertificate() instanceof ServerCertificate.Requested(var object, var _)) {
      if (foreign.request().orElse(new ObservedRequest.Unavailable())
          instanceof ObservedRequest.Standing(var standing)) {
        Drift.of(object, standing)
            .map(_ -> act(new ForeignStep.Request(Drift.marked(object)), "the spec asks for it"))
            .ifPresent(actions::add);
      }
    } else if (state.requested()) {
      actions.add(
          act(
              new ForeignStep.Retire(desired.names().certificate()),
              "the spec asks for it no more"));
    }
    return StageResult.of(actions);
  }

  private StageResult change() {
    return switch (foreign.offer()) {
      case ForeignOffer.Unasked() ->
          state.shown().isPresent()
              ? step(new ForeignStep.Withdraw(), "the spec asks for them")
              : drop();
      case ForeignOffer.Accepted(var material) -> towards(material);
      case ForeignOffer.Refused(var why) ->
          kept(Reason.CERTIFICATE_REFUSED, secret() + " is refused: " + String.join("; ", why));
      case ForeignOffer.Missing() -> missing();
    };
  }

  private StageResult missing() {
    if (desired.serverCertificate() instanceof ServerCertificate.Given) {
      return kept(
          Reason.SECRET_MISSING,
          secret() + " does not exist: create it with tls.crt, tls.key and ca.crt");
    }
    var name = desired.names().certificate();
    var why =
        switch (foreign.request().orElse(new ObservedRequest.Unavailable())) {
          case ObservedRequest.Unavailable() ->
              "the API server knows no Certificate of "
                  + ServerCertificate.API
                  + ": install cert-manager, or take another spec.tls.server.type";
          case ObservedRequest.Standing standing ->
              "cert-manager has not issued Certificate "
                  + name
                  + " yet"
                  + standing.complaint().map(words -> ": " + words).orElse("");
        };
    return kept(Reason.WAITING_FOR_ISSUER, why);
  }

  private String secret() {
    var from = desired.serverCertificate();
    var name = "Secret " + from.source().orElse("");
    return from instanceof ServerCertificate.Requested
        ? name
            + " of cert-manager (an issuer that hands out no ca.crt, such as ACME, cannot be used)"
        : name + ", which spec.tls.server.secret names,";
  }

  /** What was good before serves on, until it ends. */
  private StageResult kept(Reason reason, String why) {
    var shown = state.shown();
    boolean ending =
        shown.filter(one -> one.endsWithin(ForeignState.LAST_HOUR, world.now())).isPresent();
    var serving =
        shown.isPresent() && !ending
            ? "; the servers show the last good one"
            : "; the servers show the cluster's own";
    var blocked = new Blocked(Blocked.StageName.TLS, reason, why + serving);
    return ending
        ? StageResult.waiting(
            List.of(act(new ForeignStep.Withdraw(), "the last good one of the issuer ends")),
            blocked)
        : StageResult.waiting(drop().actions(), blocked);
  }

  private StageResult towards(ForeignState.Shown material) {
    if (state.shown().equals(Optional.of(material))) {
      return drop();
    }
    if (!state.issuers().fingerprints().contains(material.rootFingerprint())) {
      return step(new ForeignStep.Trust(material.rootPem()), "before it is shown");
    }
    var who = foreign.notTrusting(material.rootPem());
    return who.isEmpty()
        ? step(
            new ForeignStep.Show(material),
            state.shown().filter(one -> one.rootPem().equals(material.rootPem())).isPresent()
                ? "it is a newer one"
                : "everybody trusts its root")
        : await("until its issuer is trusted by ", who);
  }

  /** Roots that no certificate in use leads to any more. */
  private StageResult drop() {
    var needed = new LinkedHashSet<String>();
    state.shown().map(ForeignState.Shown::rootPem).ifPresent(needed::add);
    if (needed.containsAll(state.issuers().certificates())) {
      return StageResult.nothing();
    }
    var late =
        world.members().stream()
            .filter(member -> !showsWhatItShould(member))
            .map(member -> "server " + member.name())
            .sorted()
            .toList();
    return late.isEmpty()
        ? step(
            new ForeignStep.Drop(List.copyOf(needed)), "nobody shows a certificate of it any more")
        : await("until the other certificate is shown by ", late);
  }

  private boolean showsWhatItShould(ObservedMember member) {
    var secret = desired.names().memberTlsSecret(member.name());
    var wanted =
        state
            .shownBy(desired.names().host(member.name()))
            .map(one -> one.view().fingerprint())
            .orElse("");
    var stored =
        world
            .files()
            .getOrDefault(secret, ServerFiles.NONE)
            .server()
            .map(CertificateView::fingerprint)
            .orElse("");
    // A pod that is made from here on mounts the Secret as it is then.
    boolean read = member.ended() && member.pod().isEmpty();
    return stored.equals(wanted) && (read || world.hasRead(member, secret).orElse(false));
  }

  private StageResult step(ForeignStep step, String why) {
    return StageResult.waiting(List.of(act(step, why)), replacing("it goes on at once"));
  }

  private Action act(ForeignStep step, String why) {
    return new Action.ChangeServerCertificate(desired.names().foreignSecret(), step, why);
  }

  private static StageResult await(String what, List<String> who) {
    var named = String.join(", ", who.subList(0, Math.min(NAMED, who.size())));
    return StageResult.waiting(
        List.of(),
        replacing("waiting " + what + named + (who.size() > NAMED ? " and others" : "")));
  }

  private static Blocked replacing(String how) {
    return new Blocked(
        Blocked.StageName.TLS,
        Reason.ROTATING,
        "the servers' certificate is being replaced, and all is served meanwhile: " + how);
  }
}
