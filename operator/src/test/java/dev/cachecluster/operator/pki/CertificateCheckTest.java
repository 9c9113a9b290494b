package dev.cachecluster.operator.pki;

import static dev.cachecluster.operator.pki.ForeignIssuer.NOW;
import static dev.cachecluster.operator.pki.Given.LEAF;
import static dev.cachecluster.operator.pki.Given.MIDDLE;
import static dev.cachecluster.operator.pki.Given.NAMES;
import static dev.cachecluster.operator.pki.Given.ROOT;
import static dev.cachecluster.operator.pki.Given.good;
import static dev.cachecluster.operator.pki.Given.leaf;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class CertificateCheckTest {
  private static final Duration DAY = Duration.ofDays(1);

  private static List<CertificateProblem> problems(Given given) {
    return given.judge().findings().stream().map(CertificateFinding::problem).toList();
  }

  /** A certificate that has this problem and no other. */
  private static Given with(CertificateProblem problem) {
    ForeignIssuer.Entity stranger = ForeignIssuer.root("root").make();
    return switch (problem) {
      case NO_CERTIFICATE -> good().certificate(" \n");
      case NO_KEY -> good().key("");
      case NO_AUTHORITY -> good().authority("");
      case TOO_LARGE -> good().authority(ROOT.pem() + "\n".repeat(64 * 1024));
      case MALFORMED -> good().certificate(LEAF.pem().replace("-----END", "----END"));
      case JUNK -> good().certificate(good().certificate() + "and so on\n");
      case KEY_MISPLACED -> good().authority(ROOT.pem() + ROOT.keyPem());
      case KEY_ENCRYPTED ->
          good().key(LEAF.keyPem().replace("PRIVATE KEY", "ENCRYPTED PRIVATE KEY"));
      case SEVERAL_KEYS -> good().key(LEAF.keyPem() + MIDDLE.keyPem());
      case KEY_MISMATCH -> good().key(stranger.keyPem());
      case KEY_UNSUITABLE -> good().key(leaf().key("RSA1024").make().keyPem());
      case WEAK_SIGNATURE -> Given.of(leaf().signedWith("SHA1withECDSA"));
      case CHAIN_ORDER -> good().certificate(LEAF.pem() + ROOT.pem() + MIDDLE.pem());
      case CHAIN_INCOMPLETE -> good().certificate(LEAF.pem() + ROOT.pem());
      case WRONG_AUTHORITY -> good().authority(stranger.pem());
      case CHAIN_REFUSED ->
          Given.of(leaf().word(new ASN1ObjectIdentifier("1.2.3.4"), true, DERNull.INSTANCE));
      case IS_AUTHORITY -> Given.of(leaf().constraints(Optional.of(new BasicConstraints(0))));
      case EXPIRED -> Given.of(leaf().until(NOW.minusSeconds(1)));
      case NOT_YET_VALID -> Given.of(leaf().from(NOW.plus(Duration.ofMinutes(6))));
      case EXPIRES_SOON -> Given.of(leaf().until(NOW.plus(DAY).minusSeconds(1)));
      case NAMES_MISSING -> Given.of(ForeignIssuer.leaf(MIDDLE, NAMES.getFirst()));
      case WRONG_USAGE -> Given.of(leaf().purposes(KeyPurposeId.id_kp_clientAuth));
    };
  }

  @ParameterizedTest
  @EnumSource
  void everyProblemIsFoundAloneAndSaysWhatMendsIt(CertificateProblem problem) {
    CertificateVerdict verdict = with(problem).judge();

    assertThat(verdict.findings()).hasSize(1);
    CertificateFinding finding = verdict.findings().getFirst();
    assertThat(finding.problem()).isEqualTo(problem);
    assertThat(finding.message())
        .startsWith(problem.sentence())
        .contains(finding.detail())
        .endsWith(problem.fix())
        .hasSizeLessThan(400);
    assertThat(verdict.accepted().isPresent()).isEqualTo(problem.warning());
  }

  @Test
  void aGoodOneIsAcceptedInOneForm() {
    CertificateVerdict verdict = good().judge();

    assertThat(verdict.findings()).isEmpty();
    CertificateVerdict.Accepted accepted = verdict.accepted().orElseThrow();
    assertThat(accepted.pair().certificatePem()).isEqualTo(good().certificate());
    assertThat(accepted.rootPem()).isEqualTo(ROOT.pem());
    assertThat(accepted.view().dnsNames()).containsExactlyElementsOf(NAMES);
    assertThat(verdict.toString()).doesNotContain("PRIVATE");
  }

  @Test
  void serversAndClientsDoTalkWithWhatIsAccepted() throws Exception {
    CertificateVerdict.Accepted accepted = good().judge().accepted().orElseThrow();
    var side = new TlsTalk.Side(accepted.pair(), accepted.rootPem(), NOW);
    assertThat(TlsTalk.refusal(side, side, NAMES.getFirst())).isEmpty();
    assertThat(TlsTalk.refusal(side, side, "other.shop.svc")).isPresent();
  }

  @Test
  void whatEditorsLeaveBehindIsForgivenAndCleaned() {
    CertificateVerdict.Accepted clean = good().judge().accepted().orElseThrow();
    List<Given> untidy =
        List.of(
            new Given(
                "\ufeff" + good().certificate(),
                "\ufeff" + good().key(),
                "\ufeff" + good().authority()),
            new Given(
                good().certificate().replace("\n", "\r\n"),
                good().key().replace("\n", "\r\n"),
                good().authority().replace("\n", "\r\n")),
            new Given(
                good().certificate().replace("\n", " \t\n  ") + "\n\n \n",
                good().key() + "\n\n",
                "\n\n" + good().authority().stripTrailing()));
    for (Given each : untidy) {
      assertThat(each.judge().accepted()).contains(clean);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"RSA2048", "RSA3072", "secp256r1", "secp384r1", "secp521r1"})
  void usualKeysAreTaken(String kind) {
    assertThat(problems(Given.of(leaf().key(kind)))).isEmpty();
    ForeignIssuer.Entity issuer = ForeignIssuer.root("other").key(kind).make();
    ForeignIssuer.Entity issued = ForeignIssuer.leaf(issuer, NAMES.toArray(String[]::new)).make();
    assertThat(problems(new Given(issued.pem(), issued.keyPem(), issuer.pem()))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"secp224r1", "secp256k1", "prime192v1", "Ed25519"})
  void unusualKeysAreNot(String kind) {
    ForeignIssuer.Entity odd = leaf().key(kind).make();
    assertThat(problems(Given.of(odd))).containsOnly(CertificateProblem.KEY_UNSUITABLE).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"MD5withRSA", "SHA1withRSA", "SHA224withRSA", "SHA1withRSAandMGF1"})
  void weakSignaturesAreRefusedOnlyWhereTheyProveSomething(String algorithm) {
    ForeignIssuer.Entity root =
        ForeignIssuer.root("rsa").key("RSA2048").signedWith(algorithm).make();
    String[] names = NAMES.toArray(String[]::new);
    ForeignIssuer.Entity strong = ForeignIssuer.leaf(root, names).make();
    ForeignIssuer.Entity weak = ForeignIssuer.leaf(root, names).signedWith(algorithm).make();
    assertThat(problems(new Given(strong.pem(), strong.keyPem(), root.pem()))).isEmpty();
    assertThat(problems(new Given(weak.pem(), weak.keyPem(), root.pem())))
        .containsExactly(CertificateProblem.WEAK_SIGNATURE);
    ForeignIssuer.Entity pss =
        ForeignIssuer.leaf(root, names).signedWith("SHA256withRSAandMGF1").make();
    assertThat(problems(new Given(pss.pem(), pss.keyPem(), root.pem()))).isEmpty();
  }

  @Test
  void namesAreComparedAsClientsDoIt() {
    assertThat(problems(Given.of(ForeignIssuer.leaf(MIDDLE, "*.demo.shop.svc", "DEMO.shop.svc"))))
        .isEmpty();
    CertificateVerdict verdict =
        Given.of(ForeignIssuer.leaf(MIDDLE, "*.shop.svc", "demo.shop.svc.evil")).judge();
    assertThat(verdict.findings())
        .singleElement()
        .extracting(CertificateFinding::detail)
        .isEqualTo("demo-0-0.demo.shop.svc");
    assertThat(problems(Given.of(ForeignIssuer.leaf(MIDDLE))))
        .containsExactly(CertificateProblem.NAMES_MISSING);
  }

  @Test
  void usagesAreAskedForAsTheServerNeedsThem() {
    Given serverOnly = Given.of(leaf().purposes(KeyPurposeId.id_kp_serverAuth));
    assertThat(serverOnly.judge().findings())
        .singleElement()
        .extracting(CertificateFinding::detail)
        .isEqualTo("not allowed: clientAuth");
    assertThat(serverOnly.judge(new CertificateCheck(NAMES, false)).findings()).isEmpty();
    assertThat(problems(Given.of(leaf().purposes().usage(Optional.empty())))).isEmpty();
    assertThat(problems(Given.of(leaf().purposes(KeyPurposeId.anyExtendedKeyUsage))))
        .containsExactly(CertificateProblem.WRONG_USAGE);
    assertThat(problems(Given.of(leaf().usage(Optional.of(KeyUsage.keyEncipherment)))))
        .containsExactly(CertificateProblem.WRONG_USAGE);
  }

  @Test
  void timeIsJudgedForTheWholeChainWithAToleranceForItsBegin() {
    assertThat(problems(Given.of(leaf().from(NOW.plus(Duration.ofMinutes(4)))))).isEmpty();
    ForeignIssuer.Entity old =
        ForeignIssuer.intermediate(ROOT, "old").until(NOW.minusSeconds(1)).make();
    ForeignIssuer.Entity issued = ForeignIssuer.leaf(old, NAMES.toArray(String[]::new)).make();
    CertificateVerdict verdict =
        new Given(issued.pem() + old.pem(), issued.keyPem(), ROOT.pem()).judge();
    assertThat(verdict.findings())
        .singleElement()
        .extracting(CertificateFinding::detail)
        .isEqualTo("certificate 2 ended at 2026-03-01T11:59:59Z");
    assertThat(verdict.accepted()).isEmpty();
  }

  @Test
  void allThatCanBeFoundIsFoundAtOnce() {
    Given bad =
        Given.of(
                leaf()
                    .purposes(KeyPurposeId.id_kp_clientAuth)
                    .until(NOW.minusSeconds(1))
                    .signedWith("SHA1withECDSA"))
            .key(ROOT.keyPem());
    assertThat(problems(bad))
        .containsExactly(
            CertificateProblem.KEY_MISMATCH,
            CertificateProblem.WEAK_SIGNATURE,
            CertificateProblem.EXPIRED,
            CertificateProblem.WRONG_USAGE);
    assertThat(problems(new Given("x", "y", "z")))
        .containsExactly(CertificateProblem.JUNK, CertificateProblem.JUNK, CertificateProblem.JUNK);
  }

  @Test
  void namesOfStrangersCannotBreakOutOfAMessage() {
    ForeignIssuer.Entity issuer =
        ForeignIssuer.root("bad\\0Aname\\E2\\80\\AE" + "x".repeat(1000)).make();
    ForeignIssuer.Entity issued = ForeignIssuer.leaf(issuer, NAMES.toArray(String[]::new)).make();
    String message =
        new Given(issued.pem(), issued.keyPem(), ROOT.pem())
            .judge()
            .findings()
            .getFirst()
            .message();
    assertThat(message).contains("bad").matches("[ -~]{1,400}");
  }
}
