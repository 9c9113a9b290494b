package dev.cachecluster.operator.pki;

import static dev.cachecluster.operator.pki.ForeignIssuer.NOW;
import static dev.cachecluster.operator.pki.ForeignIssuer.bytes;
import static dev.cachecluster.operator.pki.Given.LEAF;
import static dev.cachecluster.operator.pki.Given.NAMES;
import static dev.cachecluster.operator.pki.Given.RANDOM;
import static dev.cachecluster.operator.pki.Given.ROOT;
import static dev.cachecluster.operator.pki.Given.good;
import static dev.cachecluster.operator.pki.Given.leaf;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is taken of somebody else's certificates, and what is kept of it. */
class ForeignOfferTest {
  private static Map<String, byte[]> data(Given given) {
    return new HashMap<>(
        Map.of(
            "tls.crt", bytes(given.certificate()),
            "tls.key", bytes(given.key()),
            "ca.crt", bytes(given.authority())));
  }

  private static ForeignOffer judge(Map<String, byte[]> data, Set<String> own) {
    return ForeignOffer.judge(data, NAMES, own, NOW, RANDOM);
  }

  private static ForeignOffer judge(Given given) {
    return judge(data(given), Set.of());
  }

  private static String refusal(ForeignOffer offer) {
    assertThat(offer).isInstanceOf(ForeignOffer.Refused.class);
    return String.join("; ", ((ForeignOffer.Refused) offer).why());
  }

  private static ForeignState.Shown accepted(ForeignOffer offer) {
    assertThat(offer).as("%s", offer).isInstanceOf(ForeignOffer.Accepted.class);
    return ((ForeignOffer.Accepted) offer).material();
  }

  @Test
  void aGoodOneIsTakenWithItsRoot() {
    ForeignState.Shown shown = accepted(judge(good()));
    assertThat(shown.rootPem()).isEqualTo(ROOT.pem());
    assertThat(shown.pair().certificatePem()).isEqualTo(good().certificate());
  }

  /**
   * Public issuers hand out none for clients any more, and towards each other servers show ours.
   */
  @Test
  void serverAuthIsEnough() {
    accepted(judge(Given.of(leaf().purposes(KeyPurposeId.id_kp_serverAuth))));
    assertThat(refusal(judge(Given.of(leaf().purposes(KeyPurposeId.id_kp_clientAuth)))))
        .contains("serverAuth");
  }

  @Test
  void whatIsRefusedNamesTheEntryAndTheFix() {
    assertThat(refusal(judge(good().key(ForeignIssuer.root("stranger").make().keyPem()))))
        .isEqualTo(
            "the private key does not belong to the certificate (tls.key, tls.crt): store the key"
                + " with which the certificate was asked for");
    assertThat(refusal(judge(Given.of(leaf().until(NOW.minusSeconds(1))))))
        .contains("has expired (certificate 1 ended at");
    assertThat(refusal(judge(Given.of(ForeignIssuer.leaf(Given.MIDDLE, NAMES.getFirst())))))
        .contains(NAMES.getLast())
        .contains("subjectAltName");
  }

  @ParameterizedTest
  @ValueSource(strings = {"tls.crt", "tls.key", "ca.crt"})
  void aMissingEntryIsNamed(String entry) {
    var data = data(good());
    data.remove(entry);
    assertThat(refusal(judge(data, Set.of()))).contains(entry);
  }

  @Test
  void oneThatVouchesForItselfCannotBeTrustedWithoutVouchingForOthers() {
    ForeignIssuer.Entity alone = ForeignIssuer.alone(NAMES.toArray(String[]::new)).make();
    assertThat(refusal(judge(new Given(alone.pem(), alone.keyPem(), alone.pem()))))
        .contains("none of an authority");
  }

  @Test
  void oneOfTheClustersOwnAuthorityIsNoneOfAnybodyElse() {
    var own = Set.of(CertificateView.parse(ROOT.pem()).fingerprint());
    assertThat(refusal(judge(data(good()), own))).contains("cluster's own authority");
  }

  @Test
  void oneThatEndsBeforeItCouldBeReplacedIsNotBegunWith() {
    assertThat(refusal(judge(Given.of(leaf().until(NOW.plus(Duration.ofMinutes(60)))))))
        .contains("within the hour");
    accepted(judge(Given.of(leaf().until(NOW.plus(Duration.ofMinutes(61))))));
  }

  @Test
  void whatIsKeptIsReadAgainAsItWas() {
    var state =
        ForeignState.NONE
            .trusting(ROOT.pem())
            .showing(Optional.of(accepted(judge(good()))))
            .requested(true);
    assertThat(ForeignState.read(stored(state), RANDOM)).isEqualTo(state);
    assertThat(ForeignState.read(stored(ForeignState.NONE), RANDOM)).isEqualTo(ForeignState.NONE);
    assertThat(state.toString()).doesNotContain("PRIVATE");
  }

  @ParameterizedTest
  @ValueSource(strings = {ForeignState.CERTIFICATE, ForeignState.KEY, ForeignState.ROOT})
  void whatIsDamagedIsShownByNobodyAndItsRootStaysTrusted(String entry) {
    var state =
        ForeignState.NONE.trusting(ROOT.pem()).showing(Optional.of(accepted(judge(good()))));
    var data = stored(state);
    data.put(entry, bytes(LEAF.pem().substring(0, 200)));
    assertThat(ForeignState.read(data, RANDOM)).isEqualTo(state.showing(Optional.empty()));
  }

  @Test
  void onlyWhoseNameItCarriesShowsIt() {
    var state = ForeignState.NONE.showing(Optional.of(accepted(judge(good()))));
    assertThat(state.shownBy(NAMES.getFirst())).isPresent();
    assertThat(state.shownBy("demo-0-1.demo.shop.svc")).isEmpty();
    var wild =
        accepted(
            judge(Given.of(ForeignIssuer.leaf(Given.MIDDLE, "*.demo.shop.svc", "demo.shop.svc"))));
    assertThat(ForeignState.NONE.showing(Optional.of(wild)).shownBy("demo-0-1.demo.shop.svc"))
        .isPresent();
  }

  @Test
  void aLostRecordIsCompletedByWhatIsTrustedStill() {
    var known = TrustBundle.of(List.of(ROOT.pem()));
    assertThat(ForeignState.NONE.orTrusting(known).issuers()).isEqualTo(known);
  }

  private static Map<String, byte[]> stored(ForeignState state) {
    var data = new HashMap<String, byte[]>();
    state.entries().forEach((entry, text) -> data.put(entry, bytes(text)));
    return data;
  }
}
