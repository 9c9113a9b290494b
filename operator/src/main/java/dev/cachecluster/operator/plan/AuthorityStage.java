package dev.cachecluster.operator.plan;

import dev.cachecluster.operator.observed.ObservedAuthority;
import dev.cachecluster.operator.pki.RotationStep;
import dev.cachecluster.operator.plan.Action.RotateAuthority;
import java.util.List;
import java.util.Optional;

/**
 * Is the authority young enough, and does everybody trust what it is to be replaced by? It comes
 * last: nothing of a cluster waits for it, and it waits for whom it names.
 */
final class AuthorityStage {
  private static final int NAMED = 4;

  private final String secret;
  private final ObservedAuthority authority;

  AuthorityStage(String secret, ObservedAuthority authority) {
    this.secret = secret;
    this.authority = authority;
  }

  StageResult decide() {
    return switch (authority.next()) {
      case RotationStep.Nothing() -> StageResult.nothing();
      case RotationStep.MakeNext(var token) ->
          act(new AuthorityStep.MakeNext(token), because(token));
      case RotationStep.AwaitTrust(var who) -> await("until both are trusted by ", who);
      case RotationStep.Switch() -> act(new AuthorityStep.Switch(), "everybody trusts it");
      case RotationStep.AwaitLeaves(var who) ->
          await("until a certificate of the new one is shown by ", who);
      case RotationStep.DropPrevious() ->
          act(new AuthorityStep.DropPrevious(), "nobody shows a certificate of it any more");
      case RotationStep.AwaitDrop(var who) -> await("until the old one is given up by ", who);
    };
  }

  private String because(Optional<String> token) {
    if (authority.state().current().pair().isEmpty()) {
      return "the key of the current one is lost";
    }
    return token.isPresent() && !token.equals(authority.state().handled())
        ? "it was asked for"
        : "the current one has a fifth of its life left";
  }

  private StageResult act(AuthorityStep step, String why) {
    return StageResult.waiting(
        List.of(new RotateAuthority(secret, step, why)), rotating("it goes on at once"));
  }

  private StageResult await(String what, List<String> who) {
    var named = String.join(", ", who.subList(0, Math.min(NAMED, who.size())));
    return StageResult.waiting(
        List.of(), rotating("waiting " + what + named + (who.size() > NAMED ? " and others" : "")));
  }

  private Blocked rotating(String how) {
    var damage =
        authority.problems().isEmpty()
            ? ""
            : "; Secret " + secret + ": " + String.join(", ", authority.problems());
    return new Blocked(
        Blocked.StageName.TLS,
        Reason.ROTATING,
        "the authority is being replaced, and all is served meanwhile: " + how + damage);
  }
}
