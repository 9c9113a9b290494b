package dev.cachecluster.operator.pki;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AuthoritySecretTest {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final KeyPairPem FIRST = authority();
  private static final KeyPairPem SECOND = authority();
  private static final KeyPairPem THIRD = authority();

  /** Everything that can stand in it. */
  private static final AuthorityState FULL =
      AuthorityState.steady(FIRST)
          .withNext(SECOND, Optional.of("token"))
          .switched()
          .withNext(THIRD, Optional.empty());

  private static KeyPairPem authority() {
    return CertificateAuthority.create(
            "CacheCluster shop/cache", Clock.systemUTC(), RANDOM, Duration.ofDays(100))
        .toPem();
  }

  private static Map<String, byte[]> stored(AuthorityState state) {
    var data = new HashMap<String, byte[]>();
    AuthoritySecret.entries(state)
        .forEach((key, text) -> data.put(key, text.getBytes(StandardCharsets.UTF_8)));
    return data;
  }

  private static Map<String, byte[]> with(String entry, String text) {
    Map<String, byte[]> data = stored(FULL);
    data.put(entry, text.getBytes(StandardCharsets.UTF_8));
    return data;
  }

  private static AuthoritySecret.Reading read(Map<String, byte[]> data) {
    return AuthoritySecret.read(data, RANDOM);
  }

  @Test
  void whatIsStoredIsReadBack() {
    for (AuthorityState state :
        List.of(
            AuthorityState.steady(FIRST),
            FULL,
            FULL.switched(),
            FULL.switched().withoutPrevious())) {
      AuthoritySecret.Reading reading = read(stored(state));
      assertThat(reading.state()).contains(state);
      assertThat(reading.problems()).isEmpty();
    }
    assertThat(AuthoritySecret.entries(AuthorityState.steady(FIRST)))
        .containsOnlyKeys("ca.crt", "ca.key");
    assertThat(AuthoritySecret.entries(FULL))
        .containsOnlyKeys("ca.crt", "ca.key", "next.crt", "next.key", "previous.crt", "handled");
  }

  @Test
  void aSecretOfBeforeRotationsIsAtRest() {
    Map<String, byte[]> data =
        Map.of(
            "ca.crt", FIRST.certificatePem().getBytes(StandardCharsets.UTF_8),
            "ca.key", FIRST.privateKeyPem().reveal().getBytes(StandardCharsets.UTF_8));
    assertThat(read(data).state()).contains(AuthorityState.steady(FIRST));
  }

  @ParameterizedTest
  @ValueSource(strings = {"next.crt", "next.key"})
  void aNextAuthorityThatIsNotWholeIsNone(String entry) {
    Map<String, byte[]> data = stored(FULL);
    data.remove(entry);
    for (Map<String, byte[]> each :
        List.of(
            data,
            with(entry, ""),
            with(entry, "nonsense"),
            with("next.key", FIRST.privateKeyPem().reveal()),
            with("next.crt", FIRST.certificatePem()),
            with("next.crt", THIRD.certificatePem() + SECOND.certificatePem()))) {
      AuthoritySecret.Reading reading = read(each);
      assertThat(reading.state())
          .contains(
              new AuthorityState(
                  FULL.current(), Optional.empty(), FULL.previous(), FULL.handled()));
      assertThat(reading.problems()).anyMatch(p -> p.contains("another is made in its place"));
    }
  }

  @Test
  void aKeyThatIsLostLeavesTheCertificateTrusted() {
    for (String key : List.of("", "nonsense", THIRD.privateKeyPem().reveal())) {
      AuthoritySecret.Reading reading = read(with("ca.key", key));
      AuthorityState state = reading.state().orElseThrow();
      assertThat(state.current())
          .isEqualTo(new HeldAuthority(SECOND.certificatePem(), Optional.empty()));
      assertThat(state.bundle()).isEqualTo(FULL.bundle());
      assertThat(reading.problems()).anyMatch(p -> p.contains("a new authority is made"));
    }
  }

  @Test
  void aCertificateThatIsLostLeavesNothingToGoBy() {
    KeyPairPem leaf =
        CertificateAuthority.load(SECOND, Clock.systemUTC(), RANDOM)
            .issue(new Leaf("a", List.of("a.b"), Leaf.Usage.MEMBER, Duration.ofDays(1)));
    for (String certificate :
        List.of(
            "",
            "nonsense",
            leaf.certificatePem(),
            SECOND.certificatePem() + FIRST.certificatePem())) {
      AuthoritySecret.Reading reading = read(with("ca.crt", certificate));
      assertThat(reading.state()).isEmpty();
      assertThat(reading.problems()).anyMatch(p -> p.contains("restore the Secret"));
    }
    assertThat(read(Map.of()).state()).isEmpty();
  }

  @Test
  void previousCertificatesThatAreUnreadableAreSaidToBe() {
    AuthoritySecret.Reading reading = read(with("previous.crt", "nonsense"));
    assertThat(reading.state().orElseThrow().previous()).isEmpty();
    assertThat(reading.problems()).anyMatch(p -> p.contains("previous.crt is not readable"));
  }

  @Test
  void aTokenIsKeptToTheLetter() {
    for (String token : List.of("x", " 2026-03-01 ", "\u00e4\n\"", "y".repeat(100_000))) {
      AuthorityState state = AuthorityState.steady(FIRST).withNext(SECOND, Optional.of(token));
      assertThat(read(stored(state)).state().orElseThrow().handled()).contains(token);
    }
    assertThat(read(with("handled", " \n")).state().orElseThrow().handled()).isEmpty();
  }

  @Property(tries = 1000, shrinking = ShrinkingMode.OFF)
  void damagesNeverThrowAndNeverShowAKey(@ForAll long seed) {
    var random = new Random(seed);
    Map<String, byte[]> data = stored(FULL);
    List<String> entries = data.keySet().stream().sorted().toList();
    for (int i = 0; i <= random.nextInt(3); i++) {
      String entry = entries.get(random.nextInt(entries.size()));
      byte[] before = data.getOrDefault(entry, new byte[0]);
      data.put(
          entry,
          random.nextBoolean()
              ? Mutations.bytes(before, random)
              : Mutations.insideABlock(before, random));
    }

    AuthoritySecret.Reading reading = read(data);

    // No key is ever taken for one that it is not.
    reading
        .state()
        .ifPresent(
            state -> {
              assertThat(state.current().pair().orElse(SECOND)).isEqualTo(SECOND);
              assertThat(state.next().orElse(THIRD)).isEqualTo(THIRD);
            });
    assertThat(reading.problems()).allMatch(p -> p.length() < 400 && p.matches("[ -~]+"));
    assertThat(reading.toString()).doesNotContain("PRIVATE KEY");
  }
}
