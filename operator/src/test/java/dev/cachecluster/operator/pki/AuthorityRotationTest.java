package dev.cachecluster.operator.pki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cachecluster.operator.pki.RotationFacts.Party;
import dev.cachecluster.operator.pki.RotationStep.AwaitDrop;
import dev.cachecluster.operator.pki.RotationStep.AwaitLeaves;
import dev.cachecluster.operator.pki.RotationStep.AwaitTrust;
import dev.cachecluster.operator.pki.RotationStep.DropPrevious;
import dev.cachecluster.operator.pki.RotationStep.MakeNext;
import dev.cachecluster.operator.pki.RotationStep.Nothing;
import dev.cachecluster.operator.pki.RotationStep.Switch;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AuthorityRotationTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  private static final Duration DAY = Duration.ofDays(1);
  private static final Duration LIFE = Duration.ofDays(100);
  private static final Duration GRACE = Duration.ofMinutes(10);
  private static final Optional<String> UNASKED = Optional.empty();

  private final SecureRandom random = new SecureRandom();
  private final AuthorityRotation rotation = AuthorityRotation.withGrace(GRACE);
  private final KeyPairPem old = authority(NOW.minusSeconds(60));
  private final KeyPairPem fresh = authority(NOW);
  private final AuthorityState steady = AuthorityState.steady(old);
  private final AuthorityState both = steady.withNext(fresh, Optional.of("t"));
  private final AuthorityState reissue = both.switched();

  private KeyPairPem authority(Instant born) {
    return CertificateAuthority.create("ca", Clock.fixed(born, ZoneOffset.UTC), random, LIFE)
        .toPem();
  }

  private static String print(KeyPairPem pair) {
    return CertificateView.parse(pair.certificatePem()).fingerprint();
  }

  private static Party server(KeyPairPem shows, KeyPairPem... trusts) {
    return Party.seen(
        "server m-0",
        Set.copyOf(List.of(trusts).stream().map(AuthorityRotationTest::print).toList()),
        CertificateView.parse(shows.certificatePem()).keyId());
  }

  private static Party binding(Duration since, KeyPairPem shows, KeyPairPem... trusts) {
    Party seen = server(shows, trusts);
    return Party.published("binding a/b", seen.trusts(), seen.shows().orElseThrow(), since);
  }

  private RotationStep next(AuthorityState state, Party... parties) {
    return next(NOW, state, parties);
  }

  private RotationStep next(Instant now, AuthorityState state, Party... parties) {
    return rotation.next(state, UNASKED, new RotationFacts(now, List.of(parties)));
  }

  private RotationPhase phase(AuthorityState state, Party... parties) {
    return rotation.phase(state, new RotationFacts(NOW, List.of(parties)));
  }

  @Test
  void theWholeWay() {
    assertThat(next(steady, server(old, old))).isEqualTo(new Nothing());
    assertThat(phase(steady, server(old, old))).isEqualTo(RotationPhase.STEADY);

    assertThat(phase(both, server(old, old))).isEqualTo(RotationPhase.TRUST_BOTH);
    assertThat(next(both, server(old, old))).isEqualTo(new AwaitTrust(List.of("server m-0")));
    assertThat(next(both, server(old, old, fresh))).isEqualTo(new Switch());

    assertThat(phase(reissue, server(old, old, fresh))).isEqualTo(RotationPhase.REISSUE);
    assertThat(next(reissue, server(old, old, fresh)))
        .isEqualTo(new AwaitLeaves(List.of("server m-0")));
    assertThat(next(reissue, server(fresh, old, fresh))).isEqualTo(new DropPrevious());

    AuthorityState ended = reissue.withoutPrevious();
    assertThat(phase(ended, server(fresh, old, fresh))).isEqualTo(RotationPhase.DROP_OLD);
    assertThat(next(ended, server(fresh, old, fresh)))
        .isEqualTo(new AwaitDrop(List.of("server m-0")));
    assertThat(phase(ended, server(fresh, fresh))).isEqualTo(RotationPhase.STEADY);
    assertThat(next(ended, server(fresh, fresh))).isEqualTo(new Nothing());
    assertThat(ended)
        .isEqualTo(
            new AuthorityState(
                HeldAuthority.of(fresh), Optional.empty(), List.of(), Optional.of("t")));
  }

  @Test
  void theBundleOfBothStaysTheSameTextWhenTheRolesChange() {
    assertThat(both.bundle())
        .isEqualTo(old.certificatePem() + fresh.certificatePem())
        .isEqualTo(reissue.bundle());
    assertThat(reissue.withoutPrevious().bundle()).isEqualTo(fresh.certificatePem());
    assertThat(reissue.fingerprints()).containsExactlyInAnyOrder(print(old), print(fresh));
    assertThatThrownBy(steady::switched).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void whoIsNotSeenIsWaitedFor() {
    Party unseen = Party.unseen("server m-1");
    assertThat(next(both, server(old, old, fresh), unseen))
        .isEqualTo(new AwaitTrust(List.of("server m-1")));
    assertThat(next(reissue, unseen, server(fresh, old, fresh)))
        .isEqualTo(new AwaitLeaves(List.of("server m-1")));
    assertThat(next(steady, unseen)).isEqualTo(new Nothing());
  }

  @Test
  void anApplicationIsGivenTimeToReadWhatIsPublished() {
    Duration almost = GRACE.minusMillis(1);
    assertThat(next(both, binding(almost, old, old, fresh)))
        .isEqualTo(new AwaitTrust(List.of("binding a/b")));
    assertThat(next(both, binding(GRACE, old, old, fresh))).isEqualTo(new Switch());
    assertThat(next(reissue, binding(almost, fresh, old, fresh)))
        .isEqualTo(new AwaitLeaves(List.of("binding a/b")));
    assertThat(next(reissue, binding(GRACE, fresh, old, fresh))).isEqualTo(new DropPrevious());
    assertThat(next(reissue, binding(GRACE.multipliedBy(9), old, old, fresh)))
        .isEqualTo(new AwaitLeaves(List.of("binding a/b")));
  }

  @Test
  void aFifthOfItsLifeBeforeItsEndItIsReplaced() {
    Instant due = NOW.minusSeconds(60).plus(DAY.multipliedBy(80));
    assertThat(rotation.dueAt(steady.current().view())).isEqualTo(due);
    assertThat(next(due.minusSeconds(1), steady)).isEqualTo(new Nothing());
    assertThat(next(due, steady)).isEqualTo(new MakeNext(Optional.empty()));
    // A life shorter than what it is set back for slow clocks is a life all the same.
    CertificateView brief =
        CertificateAuthority.create(
                "ca", Clock.fixed(NOW, ZoneOffset.UTC), random, Duration.ofMinutes(10))
            .view();
    assertThat(rotation.dueAt(brief)).isEqualTo(NOW.plus(Duration.ofMinutes(8)));
  }

  @Test
  void aTokenAsksOnceAndWaitsForTheRotationBeforeIt() {
    var facts = new RotationFacts(NOW, List.of());
    Optional<String> asked = Optional.of("again");
    assertThat(rotation.next(steady, asked, facts)).isEqualTo(new MakeNext(asked));
    AuthorityState remembered = steady.withNext(fresh, asked);
    assertThat(rotation.next(remembered, asked, facts)).isEqualTo(new Switch());
    AuthorityState switched = remembered.switched();
    Party slow = server(old, old, fresh);
    assertThat(rotation.next(switched, Optional.of("more"), new RotationFacts(NOW, List.of(slow))))
        .isEqualTo(new AwaitLeaves(List.of("server m-0")));
    AuthorityState ended = switched.withoutPrevious();
    assertThat(rotation.next(ended, asked, facts)).isEqualTo(new Nothing());
    assertThat(rotation.next(ended, Optional.of(" "), facts)).isEqualTo(new Nothing());
    assertThat(rotation.next(ended, Optional.of("more"), facts))
        .isEqualTo(new MakeNext(Optional.of("more")));
    // What its age asks for does not forget what a token asked for.
    assertThat(ended.withNext(old, Optional.empty()).handled()).isEqualTo(asked);
  }

  @Test
  void aLostKeyIsMendedByARotation() {
    var keyless = new HeldAuthority(old.certificatePem(), Optional.empty());
    var state = new AuthorityState(keyless, Optional.empty(), List.of(), Optional.empty());
    assertThat(keyless.pair()).isEmpty();
    assertThat(next(state, server(old, old))).isEqualTo(new MakeNext(Optional.empty()));
    AuthorityState healing = state.withNext(fresh, Optional.empty());
    assertThat(next(healing, server(old, old))).isEqualTo(new AwaitTrust(List.of("server m-0")));
    assertThat(healing.switched().current().pair()).contains(fresh);
  }

  @Test
  void aLostSecretIsTakenFromWhatOthersTrust() {
    assertThat(AuthorityState.recovered(List.of())).isEmpty();
    AuthorityState found =
        AuthorityState.recovered(List.of(fresh.certificatePem(), old.certificatePem()))
            .orElseThrow();
    assertThat(found.bundle()).isEqualTo(both.bundle());
    assertThat(found.current())
        .isEqualTo(new HeldAuthority(fresh.certificatePem(), Optional.empty()));
    assertThat(next(found, server(old, old, fresh))).isEqualTo(new MakeNext(Optional.empty()));
    KeyPairPem third = authority(NOW.plusSeconds(120));
    AuthorityState mended = found.withNext(third, Optional.empty()).switched();
    assertThat(mended.previous()).containsExactly(old.certificatePem(), fresh.certificatePem());
    assertThat(next(mended, server(old, old, fresh, third)))
        .isEqualTo(new AwaitLeaves(List.of("server m-0")));
  }

  @Test
  void aPreviousCertificateThatWasDeletedTooEarlyIsStillTrusted() {
    AuthorityState cut = reissue.withoutPrevious();
    List<String> known = both.trusted();
    var midway = new RotationFacts(NOW, List.of(server(old, old, fresh)));
    assertThat(rotation.completed(cut, known, midway)).isEqualTo(reissue);
    var settled = new RotationFacts(NOW, List.of(server(fresh, old, fresh)));
    assertThat(rotation.completed(cut, known, settled)).isEqualTo(cut);
    assertThat(rotation.completed(both, known, midway)).isEqualTo(both);
  }

  @Test
  void anAuthorityThatHasExpiredByAnyClockIsReplacedWithoutWaiting() {
    Instant end = steady.current().view().notAfter();
    Instant justOver = end.plus(DAY);
    assertThat(next(end.plusSeconds(1), steady)).isEqualTo(new MakeNext(Optional.empty()));
    AuthorityState late = steady.withNext(authority(justOver), Optional.empty());
    Party stuck = Party.unseen("server m-0");
    // By a clock that is a day ahead: leaves of it may still be good for everybody else.
    assertThat(next(justOver, late, stuck)).isEqualTo(new AwaitTrust(List.of("server m-0")));
    assertThat(next(justOver.plusSeconds(1), late, stuck)).isEqualTo(new Switch());
    assertThat(next(justOver.plusSeconds(1), late.switched(), stuck)).isEqualTo(new DropPrevious());
    AuthorityState stillGood =
        new AuthorityState(
            late.current(), late.next(), List.of(fresh.certificatePem()), Optional.empty());
    assertThat(next(justOver.plusSeconds(1), stillGood, stuck))
        .isEqualTo(new AwaitTrust(List.of("server m-0")));
  }

  @Test
  void aNextOneThatGrewOldWhileItWasWaitedForIsMadeAnew() {
    Instant due = rotation.dueAt(CertificateView.parse(fresh.certificatePem()));
    assertThat(next(due, both, server(old, old))).isEqualTo(new MakeNext(Optional.empty()));
    AuthorityState anew = both.withNext(authority(due), Optional.empty());
    assertThat(anew.handled()).contains("t");
    assertThat(anew.trusted()).hasSize(2);
  }

  @Test
  void anAuthorityMadeByAClockAheadWaitsUntilSlowClocksTakeIt() {
    AuthorityState ahead = steady.withNext(authority(NOW.plus(DAY)), Optional.empty());
    KeyPairPem made = ahead.next().orElseThrow();
    assertThat(next(ahead, server(old, old, made)))
        .isEqualTo(new AwaitTrust(List.of("clocks that are behind, until 2026-03-02T12:00:00Z")));
    assertThat(next(NOW.plus(DAY), ahead, server(old, old, made))).isEqualTo(new Switch());
  }

  @Test
  void leavesAreToldApartByTheKeyThatSignedThem() {
    CertificateAuthority issuer =
        CertificateAuthority.load(old, Clock.fixed(NOW, ZoneOffset.UTC), random);
    CertificateView leaf =
        CertificateView.parse(
            issuer.issue(new Leaf("a", List.of("a.b"), Leaf.Usage.MEMBER, DAY)).certificatePem());
    assertThat(steady.issued(leaf)).isTrue();
    assertThat(both.issued(leaf)).isTrue();
    assertThat(reissue.issued(leaf)).isFalse();
  }

  @Test
  void nonsenseIsRefused() {
    for (double wrong : new double[] {0, 1, -1, Double.NaN}) {
      assertThatThrownBy(() -> new AuthorityRotation(wrong, GRACE, DAY))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> AuthorityRotation.withGrace(GRACE.negated()))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
