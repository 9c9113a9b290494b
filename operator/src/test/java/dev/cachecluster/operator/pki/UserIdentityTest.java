package dev.cachecluster.operator.pki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cachecluster.operator.pki.Leaf.Usage;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UserIdentityTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  private static final Duration DAY = Duration.ofDays(1);
  private static final String HOST = "demo-0-0.demo.shop.svc";

  private final CertificateAuthority authority =
      CertificateAuthority.create(
          "shop/demo", Clock.fixed(NOW, ZoneOffset.UTC), new SecureRandom(), DAY.multipliedBy(99));

  private TlsTalk.Side side(KeyPairPem identity) {
    return new TlsTalk.Side(identity, authority.certificatePem(), NOW);
  }

  @Test
  void aCertificateNamesItsUserTwice() {
    CertificateView view =
        CertificateView.parse(
            authority.issue(Leaf.of(new UserIdentity("web", "basket"), DAY)).certificatePem());
    assertThat(view.subject()).isEqualTo("CN=web.basket");
    assertThat(view.uris()).containsExactly("urn:cachecluster:user:web:basket");
    assertThat(view.dnsNames()).isEmpty();
  }

  @Test
  void theLongestNamesGetACertificateToo() {
    String name = ("x".repeat(49) + ".").repeat(5) + "abc";
    assertThat(name).hasSize(253);
    var user = new UserIdentity("n".repeat(63), name);
    CertificateView view =
        CertificateView.parse(authority.issue(Leaf.of(user, DAY)).certificatePem());
    assertThat(view.subject()).matches("CN=n{31}~[0-9a-f]{32}").hasSize(3 + 64);
    assertThat(view.uris()).containsExactly(user.urn());
    assertThat(new UserIdentity(user.namespace(), name).commonName()).isEqualTo(user.commonName());
  }

  @Test
  void noTwoUsersLookAlike() {
    var random = new Random(4);
    Map<String, UserIdentity> names = new HashMap<>();
    Map<String, UserIdentity> urns = new HashMap<>();
    for (int i = 0; i < 50_000; i++) {
      // Long common beginnings, so that only the digest can tell them apart, and short ones.
      String namespace = random.nextBoolean() ? "a".repeat(1 + random.nextInt(63)) : "a-b";
      String name = "b".repeat(random.nextInt(60)) + Integer.toString(random.nextInt(40_000), 36);
      var user = new UserIdentity(namespace, random.nextBoolean() ? name : "c." + name);
      assertThat(user.commonName()).matches("[a-z0-9.-]+(~[0-9a-f]{32})?").hasSizeBetween(3, 64);
      assertThat(names.merge(user.commonName(), user, (one, _) -> one)).isEqualTo(user);
      assertThat(urns.merge(user.urn(), user, (one, _) -> one)).isEqualTo(user);
    }
    assertThat(names).hasSizeGreaterThan(20_000);
    assertThat(new UserIdentity("a", "b.c").commonName())
        .isNotEqualTo(new UserIdentity("a-b", "c").commonName());
    // 64 characters fit as they are, one more does not.
    assertThat(new UserIdentity("a".repeat(60), "bcd").commonName())
        .isEqualTo("a".repeat(60) + ".bcd");
    assertThat(new UserIdentity("a".repeat(60), "bcde").commonName()).contains("~").hasSize(64);
  }

  @ParameterizedTest
  @CsvSource({
    "'',a", "a,''", "a.b,c", "A,b", "a,B", "a:b,c", "a,b:c", "a,b..c", "a,.b", "a,b.", "a~b,c",
    "a,b~c", "-a,b", "a,'b\n'", "a,b/c", "a,*", "ä,b"
  })
  void whatKubernetesWouldNotNameSoIsRefused(String namespace, String name) {
    assertThatThrownBy(() -> new UserIdentity(namespace, name))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {254, 300, 100_000})
  void namesThatAreTooLongAreRefused(int length) {
    String name = "a.".repeat(length / 2) + (length % 2 == 0 ? "" : "a");
    String longer = name.endsWith(".") ? name.substring(0, length - 1) + "a" : name;
    assertThatThrownBy(() -> new UserIdentity("a", longer))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new UserIdentity("a".repeat(64), "a"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aServersCertificateNamesNoUserAndAUsersNoServer() {
    Optional<UserIdentity> user = Optional.of(new UserIdentity("a", "b"));
    assertThatThrownBy(() -> new Leaf("a", List.of(HOST), user, Usage.MEMBER, DAY))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Leaf("a", List.of(HOST), user, Usage.CLIENT, DAY))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aBindingsCertificateOpensASessionButCannotServeOne() throws Exception {
    TlsTalk.Side member =
        side(authority.issue(new Leaf("demo-0-0", List.of(HOST), Usage.MEMBER, DAY)));
    TlsTalk.Side user = side(authority.issue(Leaf.of(new UserIdentity("web", "basket"), DAY)));
    // Even one that would carry the server's name: the usage alone keeps it out.
    TlsTalk.Side named =
        side(authority.issue(new Leaf("demo-0-0", List.of(HOST), Usage.CLIENT, DAY)));

    assertThat(TlsTalk.refusal(member, user, HOST)).isEmpty();
    assertThat(TlsTalk.refusal(member, member, HOST)).isEmpty();
    assertThat(TlsTalk.refusal(user, member, HOST)).isPresent();
    assertThat(TlsTalk.refusal(user, user, HOST)).isPresent();
    assertThat(TlsTalk.refusal(named, member, HOST).orElseThrow())
        .contains("Extended key usage does not permit use for TLS server authentication");
  }
}
