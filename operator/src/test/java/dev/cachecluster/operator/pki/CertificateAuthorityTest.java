package dev.cachecluster.operator.pki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cachecluster.operator.acl.Secret;
import dev.cachecluster.operator.pki.Leaf.Usage;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CertificateAuthorityTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00.7Z");
  private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);
  private static final Duration DAY = Duration.ofDays(1);
  private static final String SERVER_AUTH = "1.3.6.1.5.5.7.3.1";
  private static final String CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";

  private final SecureRandom random = new SecureRandom();
  private final CertificateAuthority authority =
      CertificateAuthority.create("shop/cache", CLOCK, random, DAY.multipliedBy(3650));

  private static Leaf member(String... names) {
    return new Leaf("cache-0-0", List.of(names), Usage.MEMBER, DAY.multipliedBy(90));
  }

  private static X509Certificate first(String pem) {
    return Pem.certificates(pem).getFirst();
  }

  private static void validate(String leafPem, String caPem, Instant at)
      throws GeneralSecurityException {
    PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(first(caPem), null)));
    parameters.setRevocationEnabled(false);
    parameters.setDate(Date.from(at));
    CertPathValidator.getInstance("PKIX")
        .validate(
            CertificateFactory.getInstance("X.509").generateCertPath(List.of(first(leafPem))),
            parameters);
  }

  @Test
  void aMembersCertificateIsValidForItsNamesFromBeforeNowUntilItsEnd() throws Exception {
    KeyPairPem leaf = authority.issue(member("cache-0-0.cache.shop.svc", "cache.shop.svc"));

    validate(leaf.certificatePem(), authority.certificatePem(), NOW);
    validate(leaf.certificatePem(), authority.certificatePem(), NOW.minus(Duration.ofHours(23)));
    CertificateView view = CertificateView.parse(leaf.certificatePem());
    assertThat(view.dnsNames()).containsExactly("cache-0-0.cache.shop.svc", "cache.shop.svc");
    assertThat(view.subject()).isEqualTo("CN=cache-0-0");
    assertThat(view.issuer()).isEqualTo(authority.view().subject());
    assertThat(view.notBefore()).isEqualTo("2026-02-28T12:00:00Z");
    assertThat(view.notAfter()).isEqualTo("2026-05-30T12:00:00Z");
    assertThat(view.authority()).isFalse();
    assertThat(view.fingerprint()).matches("[0-9a-f]{64}");
  }

  @Test
  void outsideItsTimeItIsNot() {
    KeyPairPem leaf = authority.issue(member("a.b"));
    for (Instant wrong : List.of(NOW.minus(Duration.ofHours(25)), NOW.plus(DAY.multipliedBy(91)))) {
      assertThatThrownBy(() -> validate(leaf.certificatePem(), authority.certificatePem(), wrong))
          .isInstanceOf(GeneralSecurityException.class);
    }
  }

  @Test
  void anotherAuthorityOfTheSameNameDoesNotVouchForIt() {
    CertificateAuthority other = CertificateAuthority.create("shop/cache", CLOCK, random, DAY);
    KeyPairPem leaf = authority.issue(member("a.b"));
    assertThatThrownBy(() -> validate(leaf.certificatePem(), other.certificatePem(), NOW))
        .isInstanceOf(GeneralSecurityException.class);
  }

  @Test
  void usagesAreAsNarrowAsTheHolderNeeds() throws Exception {
    X509Certificate ca = first(authority.certificatePem());
    X509Certificate member = first(authority.issue(member("a.b")).certificatePem());
    X509Certificate client =
        first(authority.issue(new Leaf("shop.web", List.of(), Usage.CLIENT, DAY)).certificatePem());

    assertThat(ca.getBasicConstraints()).isZero();
    assertThat(ca.getKeyUsage()).startsWith(false, false, false, false, false, true, true);
    assertThat(ca.getCriticalExtensionOIDs()).contains("2.5.29.19", "2.5.29.15");
    for (X509Certificate leaf : List.of(member, client)) {
      assertThat(leaf.getBasicConstraints()).isEqualTo(-1);
      assertThat(leaf.getKeyUsage()).startsWith(true, false, false, false, false, false, false);
      assertThat(leaf.getCriticalExtensionOIDs()).contains("2.5.29.19", "2.5.29.15");
      assertThat(((ECPublicKey) leaf.getPublicKey()).getParams().getOrder().bitLength())
          .isEqualTo(256);
    }
    assertThat(member.getExtendedKeyUsage()).containsExactlyInAnyOrder(SERVER_AUTH, CLIENT_AUTH);
    assertThat(client.getExtendedKeyUsage()).containsExactly(CLIENT_AUTH);
  }

  @Test
  void serialsAreRandomAndPositive() {
    List<Integer> lengths =
        IntStream.range(0, 50)
            .mapToObj(_ -> first(authority.issue(member("a.b")).certificatePem()).getSerialNumber())
            .peek(serial -> assertThat(serial.signum()).isEqualTo(1))
            .distinct()
            .map(BigInteger::bitLength)
            .toList();
    assertThat(lengths).hasSize(50).anyMatch(bits -> bits > 110).allMatch(bits -> bits <= 121);
  }

  @Test
  void anAuthorityThatIsLoadedIsTheSame() throws Exception {
    for (int i = 0; i < 20; i++) {
      CertificateAuthority made = CertificateAuthority.create("ca-" + i, CLOCK, random, DAY);
      CertificateAuthority loaded = CertificateAuthority.load(made.toPem(), CLOCK, random);
      assertThat(loaded.toPem()).isEqualTo(made.toPem());
      assertThat(loaded.view()).isEqualTo(made.view());
      validate(loaded.issue(member("a.b")).certificatePem(), made.certificatePem(), NOW);
    }
  }

  @Test
  void aLeafIsFollowedByItsIssuerAndNeverOutlivesIt() {
    CertificateAuthority brief = CertificateAuthority.create("brief", CLOCK, random, DAY);
    String chain = brief.issue(member("a.b")).certificatePem();
    assertThat(Pem.certificates(chain)).hasSize(2).last().isEqualTo(first(brief.certificatePem()));
    assertThat(CertificateView.parse(chain).notAfter()).isEqualTo(brief.view().notAfter());
  }

  @Test
  void aKeyOfAnotherAuthorityIsRefusedAndNotShown() {
    KeyPairPem other = CertificateAuthority.create("other", CLOCK, random, DAY).toPem();
    KeyPairPem mixed = new KeyPairPem(authority.certificatePem(), other.privateKeyPem());
    assertThatThrownBy(() -> CertificateAuthority.load(mixed, CLOCK, random))
        .hasMessageContaining("does not belong");
    KeyPairPem leaf = authority.issue(member("a.b"));
    assertThatThrownBy(() -> CertificateAuthority.load(leaf, CLOCK, random))
        .hasMessageContaining("not one of an authority");
    for (String broken :
        List.of("nonsense", "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n")) {
      KeyPairPem unreadable = new KeyPairPem(authority.certificatePem(), Secret.of(broken));
      assertThatThrownBy(() -> CertificateAuthority.load(unreadable, CLOCK, random))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageNotContaining("c2VjcmV0");
    }
    assertThat(leaf.toString()).doesNotContain("PRIVATE");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "A.b", "a..b", "a b", "a.b\n", "-a", "a_b", "a,CN=x", "*", "a.*.b"})
  void whatIsNoNameIsNotCertified(String name) {
    assertThatThrownBy(() -> member(name)).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a,O=b", "a\nb", "a=b"})
  void aCommonNameIsOneWord(String name) {
    assertThatThrownBy(() -> new Leaf(name, List.of("a.b"), Usage.MEMBER, DAY))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void renewalIsDueFromItsMomentOnAndAfterTheEndToo() {
    CertificateView leaf = CertificateView.parse(authority.issue(member("a.b")).certificatePem());
    Duration before = DAY.multipliedBy(30);
    Instant due = leaf.notAfter().minus(before);
    assertThat(Renewal.due(leaf, Clock.fixed(due.minusSeconds(1), ZoneOffset.UTC), before))
        .isFalse();
    assertThat(Renewal.due(leaf, Clock.fixed(due, ZoneOffset.UTC), before)).isTrue();
    assertThat(Renewal.due(leaf, Clock.fixed(leaf.notAfter().plus(DAY), ZoneOffset.UTC), before))
        .isTrue();
  }

  @Test
  void aLeafThatEndsWithItsAuthorityIsNotRenewedForEver() {
    Duration before = DAY.multipliedBy(30);
    CertificateView lasting = authority.view();
    CertificateView leaf = CertificateView.parse(authority.issue(member("a.b")).certificatePem());
    assertThat(Renewal.due(leaf, lasting, leaf.notAfter().minus(before), before)).isTrue();
    CertificateAuthority brief =
        CertificateAuthority.create("brief", CLOCK, random, DAY.multipliedBy(20));
    CertificateView cut = CertificateView.parse(brief.issue(member("a.b")).certificatePem());
    assertThat(Renewal.due(cut, NOW, before)).isTrue();
    assertThat(Renewal.due(cut, brief.view(), NOW, before)).isFalse();
  }
}
