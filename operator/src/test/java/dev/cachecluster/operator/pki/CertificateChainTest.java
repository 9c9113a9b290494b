package dev.cachecluster.operator.pki;

import static dev.cachecluster.operator.pki.ForeignIssuer.NOW;
import static dev.cachecluster.operator.pki.Given.LEAF;
import static dev.cachecluster.operator.pki.Given.MIDDLE;
import static dev.cachecluster.operator.pki.Given.NAMES;
import static dev.cachecluster.operator.pki.Given.ROOT;
import static dev.cachecluster.operator.pki.Given.good;
import static dev.cachecluster.operator.pki.Given.leaf;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.junit.jupiter.api.Test;

/** Ways to a root, and ways that lead nowhere. */
class CertificateChainTest {
  private static List<CertificateProblem> problems(Given given) {
    return given.judge().findings().stream().map(CertificateFinding::problem).toList();
  }

  @Test
  void theRootMayComeAlongOrStandInTheAuthorityWithTheMiddle() {
    String whole = LEAF.pem() + MIDDLE.pem() + ROOT.pem();
    for (Given same :
        List.of(
            good().certificate(whole),
            good().certificate(whole).authority(""),
            good().certificate(LEAF.pem()).authority(ROOT.pem() + MIDDLE.pem()))) {
      CertificateVerdict verdict = same.judge();
      assertThat(verdict.findings()).isEmpty();
      assertThat(verdict.accepted().orElseThrow().rootPem()).isEqualTo(ROOT.pem());
    }
  }

  @Test
  void aWholeChainToARootThatNobodyWasGivenIsRefused() {
    String whole = LEAF.pem() + MIDDLE.pem() + ROOT.pem();
    assertThat(problems(good().certificate(whole).authority(ForeignIssuer.root("x").make().pem())))
        .containsExactly(CertificateProblem.WRONG_AUTHORITY);
    assertThat(problems(good().certificate(whole).authority(MIDDLE.pem())))
        .containsExactly(CertificateProblem.WRONG_AUTHORITY);
  }

  @Test
  void aMiddleIsNoEndBecauseServersDoNotTakeItForOne() {
    assertThat(problems(good().authority(MIDDLE.pem())))
        .containsExactly(CertificateProblem.WRONG_AUTHORITY);
    assertThat(problems(good().certificate(LEAF.pem())))
        .containsExactly(CertificateProblem.WRONG_AUTHORITY);
  }

  @Test
  void oneThatVouchesForItselfIsTakenIfItIsGivenAsItsOwnAuthority() throws Exception {
    ForeignIssuer.Entity alone = ForeignIssuer.alone(NAMES.toArray(String[]::new)).make();
    var given = new Given(alone.pem(), alone.keyPem(), alone.pem());
    assertThat(problems(given)).isEmpty();
    assertThat(problems(given.authority(""))).containsExactly(CertificateProblem.NO_AUTHORITY);
    CertificateVerdict.Accepted accepted = given.judge().accepted().orElseThrow();
    var side = new TlsTalk.Side(accepted.pair(), accepted.rootPem(), NOW);
    assertThat(TlsTalk.refusal(side, side, NAMES.getFirst())).isEmpty();
  }

  @Test
  void theKeysOwnCertificateComesFirst() {
    assertThat(problems(good().certificate(MIDDLE.pem() + LEAF.pem())))
        .contains(CertificateProblem.CHAIN_ORDER);
    assertThat(problems(good().key(MIDDLE.keyPem())))
        .containsExactly(CertificateProblem.CHAIN_ORDER);
    assertThat(problems(good().certificate(LEAF.pem() + LEAF.pem() + MIDDLE.pem())))
        .containsExactly(CertificateProblem.CHAIN_ORDER);
  }

  @Test
  void anotherAuthorityOfTheSameNameIsNotTheSame() {
    ForeignIssuer.Entity twin = ForeignIssuer.intermediate(ROOT, "middle").make();
    assertThat(problems(good().certificate(LEAF.pem() + twin.pem())))
        .containsExactly(CertificateProblem.CHAIN_INCOMPLETE);
  }

  @Test
  void issuersHaveToBeAllowedToIssue() {
    ForeignIssuer.Entity server = leaf().usage(Optional.empty()).make();
    ForeignIssuer.Entity below = ForeignIssuer.leaf(server, NAMES.toArray(String[]::new)).make();
    assertThat(
            problems(
                new Given(below.pem() + server.pem() + MIDDLE.pem(), below.keyPem(), ROOT.pem())))
        .containsExactly(CertificateProblem.CHAIN_REFUSED);
    ForeignIssuer.Entity signsNothing =
        ForeignIssuer.root("silent").usage(Optional.of(KeyUsage.cRLSign)).make();
    ForeignIssuer.Entity issued =
        ForeignIssuer.leaf(signsNothing, NAMES.toArray(String[]::new)).make();
    assertThat(problems(new Given(issued.pem(), issued.keyPem(), signsNothing.pem())))
        .containsExactly(CertificateProblem.WRONG_AUTHORITY);
  }

  @Test
  void pathLengthsAreKept() {
    ForeignIssuer.Entity last =
        ForeignIssuer.intermediate(ROOT, "last")
            .constraints(Optional.of(new BasicConstraints(0)))
            .make();
    ForeignIssuer.Entity below = ForeignIssuer.intermediate(last, "below").make();
    ForeignIssuer.Entity leaf = ForeignIssuer.leaf(below, NAMES.toArray(String[]::new)).make();
    assertThat(
            new Given(leaf.pem() + below.pem() + last.pem(), leaf.keyPem(), ROOT.pem())
                .judge()
                .findings())
        .extracting(CertificateFinding::problem)
        .containsExactly(CertificateProblem.CHAIN_REFUSED);
  }
}
