package dev.cachecluster.operator.pki;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.x509.Extension;
import org.junit.jupiter.api.Test;

class CertificateViewTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  private static final Duration DAY = Duration.ofDays(1);

  private final CertificateAuthority authority =
      CertificateAuthority.create(
          "shop/demo", Clock.fixed(NOW, ZoneOffset.UTC), new SecureRandom(), DAY.multipliedBy(99));

  private CertificateView leaf(int days) {
    return CertificateView.parse(
        authority
            .issue(new Leaf("a", List.of("a.b"), Leaf.Usage.MEMBER, DAY.multipliedBy(days)))
            .certificatePem());
  }

  @Test
  void itSaysWhoSignedIt() {
    KeyPairPem pair = authority.issue(new Leaf("a", List.of("a.b"), Leaf.Usage.MEMBER, DAY));
    CertificateView leaf = CertificateView.parse(pair.certificatePem());
    assertThat(leaf.issuer()).isEqualTo("CN=shop/demo");
    assertThat(leaf.issuerKeyId()).matches("[0-9a-f]{40}").isEqualTo(authority.view().keyId());
    assertThat(leaf.keyId()).matches("[0-9a-f]{40}").isNotEqualTo(leaf.issuerKeyId());
    BigInteger serial = Pem.certificates(pair.certificatePem()).getFirst().getSerialNumber();
    assertThat(new BigInteger(leaf.serial(), 16)).isEqualTo(serial);
    assertThat(leaf.serial()).matches("[0-9a-f]{1,31}");
    assertThat(leaf.notBefore()).isEqualTo(NOW.minus(DAY));
    assertThat(leaf.notAfter()).isEqualTo(NOW.plus(DAY));
  }

  @Test
  void whatAForeignCertificateDoesNotSayIsEmpty() {
    CertificateView bare = CertificateView.parse(Given.LEAF.pem());
    assertThat(bare.keyId()).isEmpty();
    assertThat(bare.issuerKeyId()).isEmpty();
    assertThat(bare.uris()).isEmpty();
    CertificateView odd =
        CertificateView.parse(
            Given.leaf()
                .word(Extension.subjectKeyIdentifier, false, DERNull.INSTANCE)
                .word(Extension.authorityKeyIdentifier, false, DERNull.INSTANCE)
                .make()
                .pem());
    assertThat(odd.keyId()).isEmpty();
    assertThat(odd.issuerKeyId()).isEmpty();
  }

  @Test
  void whatOthersCanWriteIsReadWithoutTrouble() {
    assertThat(CertificateView.find(authority.certificatePem())).contains(authority.view());
    for (String wrong :
        List.of("", "nonsense", Given.LEAF.keyPem(), "-----BEGIN CERTIFICATE-----")) {
      assertThat(CertificateView.find(wrong)).isEmpty();
    }
  }

  @Test
  void theEarliestEndOfMany() {
    assertThat(CertificateView.earliestEnd(List.of())).isEmpty();
    List<CertificateView> all =
        new ArrayList<>(IntStream.rangeClosed(1, 9).mapToObj(this::leaf).toList());
    CertificateView first = all.getFirst();
    for (int i = 0; i < 20; i++) {
      Collections.shuffle(all);
      assertThat(CertificateView.earliestEnd(all)).isEqualTo(Optional.of(first));
    }
  }
}
