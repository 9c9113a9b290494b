package dev.cachecluster.operator.pki;

import static dev.cachecluster.operator.pki.ForeignIssuer.bytes;
import static dev.cachecluster.operator.pki.Given.LEAF;
import static dev.cachecluster.operator.pki.Given.good;
import static dev.cachecluster.operator.pki.Given.leaf;
import static org.assertj.core.api.Assertions.assertThat;

import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.util.List;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The forms in which openssl and cert-manager write private keys. */
class PrivateKeysTest {
  private static final ForeignIssuer.Entity RSA = leaf().key("RSA2048").make();

  private static String sec1(PrivateKey key, int bits, ASN1ObjectIdentifier curve)
      throws Exception {
    var named =
        new org.bouncycastle.asn1.sec.ECPrivateKey(bits, ((ECPrivateKey) key).getS(), curve);
    return Pem.text("EC PRIVATE KEY", named.getEncoded());
  }

  private static String pkcs1() throws Exception {
    return Pem.text(
        "RSA PRIVATE KEY",
        PrivateKeyInfo.getInstance(RSA.key().getEncoded())
            .parsePrivateKey()
            .toASN1Primitive()
            .getEncoded());
  }

  private static List<CertificateProblem> problems(Given given) {
    return given.judge().findings().stream().map(CertificateFinding::problem).toList();
  }

  @Test
  void theOlderFormsAreTakenAndBecomePkcs8() throws Exception {
    String parameters = Pem.text("EC PARAMETERS", SECObjectIdentifiers.secp256r1.getEncoded());
    String sec1 = sec1(LEAF.key(), 256, SECObjectIdentifiers.secp256r1);
    for (Given older :
        List.of(good().key(sec1), good().key(parameters + sec1), Given.of(RSA).key(pkcs1()))) {
      CertificateVerdict verdict = older.judge();
      assertThat(verdict.findings()).isEmpty();
      String key = verdict.accepted().orElseThrow().pair().privateKeyPem().reveal();
      assertThat(key).startsWith("-----BEGIN PRIVATE KEY-----\n");
      assertThat(good().certificate(older.certificate()).key(key).judge().accepted())
          .isEqualTo(verdict.accepted());
    }
  }

  @ParameterizedTest
  @CsvSource({"secp384r1, 384, 1.3.132.0.34", "secp521r1, 521, 1.3.132.0.35"})
  void onTheOtherCurvesToo(String kind, int bits, String curve) throws Exception {
    ForeignIssuer.Entity made = leaf().key(kind).make();
    var oid = new ASN1ObjectIdentifier(curve);
    assertThat(problems(Given.of(made).key(sec1(made.key(), bits, oid)))).isEmpty();
  }

  @Test
  void theKeyIsTheNumberAndNotWhatStandsBesideIt() throws Exception {
    // openssl writes the public key along, and goes by it: a wrong one must not reach a server.
    byte[] another = leaf().make().key().getEncoded();
    var named =
        new org.bouncycastle.asn1.sec.ECPrivateKey(
            256,
            ((ECPrivateKey) LEAF.key()).getS(),
            new DERBitString(another),
            SECObjectIdentifiers.secp256r1);
    String damaged = Pem.text("EC PRIVATE KEY", named.getEncoded());
    assertThat(good().key(damaged).judge().accepted()).isEqualTo(good().judge().accepted());
  }

  @Test
  void aKeyOfAnotherCurveOrKindIsNotTheCertificates() throws Exception {
    ForeignIssuer.Entity other = leaf().key("secp384r1").make();
    assertThat(problems(good().key(other.keyPem())))
        .containsExactly(CertificateProblem.KEY_MISMATCH);
    assertThat(problems(good().key(RSA.keyPem()))).containsExactly(CertificateProblem.KEY_MISMATCH);
    assertThat(problems(Given.of(RSA).key(LEAF.keyPem())))
        .containsExactly(CertificateProblem.KEY_MISMATCH);
    // The same number on another curve.
    assertThat(problems(good().key(sec1(LEAF.key(), 256, SECObjectIdentifiers.secp384r1))))
        .containsExactly(CertificateProblem.KEY_MISMATCH);
    assertThat(problems(good().key(sec1(LEAF.key(), 256, SECObjectIdentifiers.secp256k1))))
        .containsExactly(CertificateProblem.KEY_UNSUITABLE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"DSA PRIVATE KEY", "OPENSSH PRIVATE KEY", "ANY PRIVATE KEY", "EC PRIVATE KEY"})
  void otherBlocksAreNoKeysToUs(String label) {
    CertificateVerdict verdict = good().key(LEAF.keyPem().replace("PRIVATE KEY", label)).judge();
    assertThat(verdict.findings())
        .extracting(CertificateFinding::problem)
        .containsExactly(
            label.startsWith("EC")
                ? CertificateProblem.MALFORMED
                : CertificateProblem.KEY_UNSUITABLE);
  }

  @Test
  void anEncryptedKeyIsNamedAsOne() throws Exception {
    String old =
        pkcs1()
            .replaceFirst("\n", "\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,0011223344\n\n");
    assertThat(problems(Given.of(RSA).key(old))).containsExactly(CertificateProblem.KEY_ENCRYPTED);
  }

  @Test
  void whatStandsBesideTheKeyIsRefused() {
    assertThat(problems(good().key(LEAF.keyPem() + LEAF.pem())))
        .containsExactly(CertificateProblem.JUNK);
    assertThat(problems(good().key("# my key\n" + LEAF.keyPem())))
        .containsExactly(CertificateProblem.JUNK);
    assertThat(problems(good().key(LEAF.keyPem().strip() + LEAF.keyPem())))
        .containsExactly(CertificateProblem.MALFORMED);
    assertThat(problems(good().certificate(LEAF.pem() + LEAF.keyPem())))
        .containsExactly(CertificateProblem.KEY_MISPLACED);
  }

  @Test
  void aPairIsProvenByASignature() throws CertificateRefusal {
    PrivateKey read = read(LEAF.keyPem());
    assertThat(matches(read, LEAF)).isTrue();
    assertThat(matches(read, RSA)).isFalse();
    assertThat(matches(read, leaf().make())).isFalse();
    assertThat(matches(read(RSA.keyPem()), RSA)).isTrue();
  }

  private static PrivateKey read(String pem) throws CertificateRefusal {
    return PrivateKeys.read("tls.key", bytes(pem));
  }

  private static boolean matches(PrivateKey key, ForeignIssuer.Entity of) {
    return PrivateKeys.match(
        key, Pem.certificates(of.pem()).getFirst().getPublicKey(), Given.RANDOM);
  }
}
