package dev.cachecluster.operator.status;

import dev.cachecluster.operator.observed.ObservedMember;
import dev.cachecluster.operator.plan.Blocked;
import dev.cachecluster.operator.plan.Reason;
import java.util.Set;
import java.util.function.Predicate;

/** What was asked of every server: its certificate, its plaintext port, its access list. */
final class ServerFacts {
  /** The servers show a good certificate, and not the one that the spec asks for. */
  private static final Set<Reason> NOT_WHAT_WAS_ASKED =
      Set.of(Reason.CERTIFICATE_REFUSED, Reason.SECRET_MISSING, Reason.WAITING_FOR_ISSUER);

  private final StatusInput input;

  ServerFacts(StatusInput input) {
    this.input = input;
  }

  void conditions(Conditions conditions) {
    tls(conditions);
    plaintext(conditions);
    credentials(conditions);
  }

  private void tls(Conditions conditions) {
    var names = input.desired().names();
    var asked =
        input
            .plan()
            .blockedAt(Blocked.StageName.TLS)
            .filter(blocked -> NOT_WHAT_WAS_ASKED.contains(blocked.reason()));
    if (asked.isPresent()) {
      conditions.set("TLSVerified", false, asked.get().reason(), asked.get().message());
      return;
    }
    fact(
        conditions,
        "TLSVerified",
        member -> member.tls().isPresent(),
        member -> input.world().hasRead(member, names.memberTlsSecret(member.name())).orElse(false),
        Reason.CERTIFICATE_DIFFERS,
        "every server showed its current certificate, with chain and name checked",
        "shows another certificate than the one issued last");
  }

  private void plaintext(Conditions conditions) {
    fact(
        conditions,
        "PlaintextClosed",
        member -> member.plaintextClosed().isPresent(),
        member -> member.plaintextClosed().orElse(false),
        Reason.PLAINTEXT_ANSWERED,
        "every server closed a connection without TLS",
        "answered a connection without TLS");
  }

  private void credentials(Conditions conditions) {
    fact(
        conditions,
        "CredentialsApplied",
        member -> true,
        member ->
            member
                .view()
                .flatMap(
                    view -> input.desired().accessList().map(access -> access.isIn(view.acl())))
                .orElse(false),
        Reason.ACCESS_LIST_DIFFERS,
        "the access list in force was read back from every server",
        "does not have the wanted access list");
  }

  /**
   * True if it holds for every member of the spec, false if it is refuted for one, else unknown.
   */
  private void fact(
      Conditions conditions,
      String type,
      Predicate<ObservedMember> known,
      Predicate<ObservedMember> holds,
      Reason refuted,
      String good,
      String bad) {
    var members =
        input.world().members().stream()
            .filter(member -> input.desired().members().containsKey(member.name()))
            .toList();
    var answering =
        members.stream().filter(member -> member.view().isPresent() && known.test(member)).toList();
    var offender = answering.stream().filter(holds.negate()).findFirst();
    if (offender.isPresent()) {
      conditions.set(type, false, refuted, offender.get().name() + " " + bad);
    } else if (answering.size() == members.size() && !members.isEmpty()) {
      conditions.set(type, true, Reason.VERIFIED, good);
    } else {
      conditions.unknown(type, Reason.NOT_CHECKED, "not every server could be asked yet");
    }
  }
}
