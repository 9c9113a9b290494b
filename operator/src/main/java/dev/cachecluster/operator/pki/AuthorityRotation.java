package dev.cachecluster.operator.pki;

import dev.cachecluster.operator.pki.RotationFacts.Party;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Replaces a cluster's authority without anybody being refused: first all trust both, then the new
 * one issues, then the old one goes. The next step follows from the Secret and the world alone, so
 * it can be interrupted anywhere and by anything. At every moment
 *
 * <ul>
 *   <li>leaves are issued by the current authority only,
 *   <li>an authority becomes current only when everybody trusts it,
 *   <li>an authority stops being trusted only when nobody shows a leaf of it.
 * </ul>
 *
 * @param lifeLeft the part of its life that an authority has left when it is replaced
 * @param grace how long an application may take until it uses what was published; longer than a
 *     kubelet takes to bring a Secret into a pod, which is one to two minutes
 * @param skew by how much two clocks may differ
 */
public record AuthorityRotation(double lifeLeft, Duration grace, Duration skew) {
  /** A fifth of ten years are two: time enough for whatever holds a rotation up. */
  public static final double LIFE_LEFT = 0.2;

  public AuthorityRotation {
    if (!(lifeLeft > 0 && lifeLeft < 1)) {
      throw new IllegalArgumentException("the part of life that is left lies between 0 and 1");
    }
    if (grace.isNegative() || skew.isNegative()) {
      throw new IllegalArgumentException("grace and clock skew are not negative");
    }
  }

  /** With the part of life and the clock skew that certificates are made for. */
  public static AuthorityRotation withGrace(Duration grace) {
    return new AuthorityRotation(LIFE_LEFT, grace, CertificateAuthority.CLOCK_SKEW);
  }

  /** When an authority is to be replaced because of its age. */
  public Instant dueAt(CertificateView authority) {
    // What it was set back for slow clocks is not part of its life.
    Instant born = authority.notBefore().plus(CertificateAuthority.CLOCK_SKEW);
    Duration life = Duration.between(born, authority.notAfter());
    long left = life.isNegative() ? 0 : (long) (life.toSeconds() * lifeLeft);
    return authority.notAfter().minusSeconds(left);
  }

  /**
   * The state with what it may have lost. As long as anybody is not settled on the current
   * authority, all that was ever published is still trusted: a Secret from which the previous
   * certificates were deleted looks as if the rotation had ended.
   *
   * @param known certificates of the cluster's own authorities, as they stand in the Secrets of
   *     servers, operator and bindings
   */
  public AuthorityState completed(
      AuthorityState state, Collection<String> known, RotationFacts facts) {
    return unsettled(state, facts).isEmpty() ? state : state.alsoTrusting(known);
  }

  /** How far it is. */
  public RotationPhase phase(AuthorityState state, RotationFacts facts) {
    if (state.next().isPresent()) {
      return RotationPhase.TRUST_BOTH;
    }
    if (!state.previous().isEmpty()) {
      return RotationPhase.REISSUE;
    }
    return stillTrusting(state, facts).isEmpty() ? RotationPhase.STEADY : RotationPhase.DROP_OLD;
  }

  /**
   * What is to be done next.
   *
   * @param token asks for a rotation if it is another than the one handled last; empty or blank
   *     asks for nothing
   */
  public RotationStep next(AuthorityState state, Optional<String> token, RotationFacts facts) {
    Instant now = facts.now();
    if (state.next().isPresent()) {
      return trustBoth(state, CertificateView.parse(state.next().get().certificatePem()), facts);
    }
    Optional<String> wish = token.filter(text -> !text.isBlank());
    boolean asked = wish.isPresent() && !wish.equals(state.handled());
    boolean needed = state.current().privateKeyPem().isEmpty() || due(state.current().view(), now);
    // A second rotation by token waits for the first; a need does not, as trust only ever grows.
    if (needed || (asked && state.previous().isEmpty())) {
      return new RotationStep.MakeNext(wish);
    }
    if (!state.previous().isEmpty()) {
      return reissue(state, facts);
    }
    List<String> late = stillTrusting(state, facts);
    return late.isEmpty() ? new RotationStep.Nothing() : new RotationStep.AwaitDrop(late);
  }

  private RotationStep trustBoth(AuthorityState state, CertificateView next, RotationFacts facts) {
    if (due(next, facts.now())) {
      return new RotationStep.MakeNext(Optional.empty());
    }
    boolean nothingToLose =
        Stream.concat(Stream.of(state.current().certificatePem()), state.previous().stream())
            .allMatch(pem -> over(pem, facts.now()));
    if (nothingToLose) {
      return new RotationStep.Switch();
    }
    Set<String> wanted = state.fingerprints();
    List<String> missing = names(facts, party -> !trusts(party, wanted));
    Instant forAll = next.notBefore().plus(skew);
    if (facts.now().isBefore(forAll)) {
      // Made by an operator whose clock was ahead: others do not take it yet.
      missing =
          Stream.concat(missing.stream(), Stream.of("clocks that are behind, until " + forAll))
              .toList();
    }
    return missing.isEmpty() ? new RotationStep.Switch() : new RotationStep.AwaitTrust(missing);
  }

  private RotationStep reissue(AuthorityState state, RotationFacts facts) {
    if (state.previous().stream().allMatch(pem -> over(pem, facts.now()))) {
      return new RotationStep.DropPrevious();
    }
    List<String> missing = unsettled(state, facts);
    return missing.isEmpty()
        ? new RotationStep.DropPrevious()
        : new RotationStep.AwaitLeaves(missing);
  }

  /** Who does not show a leaf of the current authority yet, or is not known to. */
  private List<String> unsettled(AuthorityState state, RotationFacts facts) {
    CertificateView current = state.current().view();
    Set<String> wanted = Set.of(current.fingerprint());
    return names(
        facts,
        party -> !trusts(party, wanted) || !party.shows().equals(Optional.of(current.keyId())));
  }

  /** Who does not trust all of these yet, or not for long enough, or is not known to; sorted. */
  public List<String> notTrusting(Set<String> wanted, RotationFacts facts) {
    return names(facts, party -> !trusts(party, wanted));
  }

  private boolean trusts(Party party, Set<String> wanted) {
    return party.trusts().containsAll(wanted)
        && party.publishedFor().orElse(grace).compareTo(grace) >= 0;
  }

  private boolean due(CertificateView authority, Instant now) {
    return !now.isBefore(dueAt(authority));
  }

  /** Expired by any clock: whoever shows a leaf of it is refused by all, whatever they trust. */
  private boolean over(String pem, Instant now) {
    return now.isAfter(CertificateView.parse(pem).notAfter().plus(skew));
  }

  private static List<String> stillTrusting(AuthorityState state, RotationFacts facts) {
    Set<String> wanted = state.fingerprints();
    return names(facts, party -> !wanted.containsAll(party.trusts()));
  }

  private static List<String> names(RotationFacts facts, Predicate<Party> which) {
    return facts.parties().stream().filter(which).map(Party::name).sorted().toList();
  }
}
