package dev.cachecluster.operator.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Evidence, and what only looks like it. */
class EncryptionTest {
  private static final Instant THEN = Instant.parse("2026-01-01T00:00:00Z");
  private static final String EBS = "ebs.csi.aws.com";
  private static final String CEPH = "rbd.csi.ceph.com";
  private static final String UNHEARD_OF = "disks.example.com";

  private static ClassView made(String provisioner, Map<String, String> parameters) {
    return made(provisioner, parameters, Optional.empty());
  }

  private static ClassView made(
      String provisioner, Map<String, String> parameters, Optional<String> declaration) {
    return new ClassView("fast", "uid-1", provisioner, parameters, declaration, THEN, true);
  }

  private static VolumeView volume(String driver, Map<String, String> attributes) {
    return new VolumeView(
        "pv-1",
        "uid-2",
        Optional.of("fast"),
        Optional.of(driver),
        attributes,
        Optional.of(driver),
        false,
        THEN.plusSeconds(60),
        Optional.empty());
  }

  @Test
  void aClassThatAsksAKnownProvisionerForItIsProven() {
    var judged = Encryption.of(made(EBS, Map.of("encrypted", "true")));

    assertThat(judged.isProven()).isTrue();
    assertThat(judged.text()).isEqualTo("ebs.csi.aws.com: parameter encrypted is true");
  }

  @ParameterizedTest
  @ValueSource(strings = {"false", "True", "TRUE", "1", "yes", "", " true"})
  void onlyTheValueThatEveryVersionOfADriverTakesCounts(String value) {
    assertThat(Encryption.of(made(EBS, Map.of("encrypted", value))).isProven()).isFalse();
  }

  @Test
  void aParameterThatIsWrittenTwiceIsNoEvidence() {
    var judged = Encryption.of(made(EBS, Map.of("encrypted", "true", "Encrypted", "false")));

    assertThat(judged).isInstanceOf(Judgement.Unknown.class);
  }

  @ParameterizedTest
  @CsvSource({
    "pd.csi.storage.gke.io",
    "blockvolume.csi.oraclecloud.com",
    "vpc.block.csi.ibm.io",
    "dobs.csi.digitalocean.com"
  })
  void aProviderThatEncryptsAllIsBelieved(String provisioner) {
    // IBM's "false" drops the customer's key, and not the encryption.
    assertThat(Encryption.of(made(provisioner, Map.of("encrypted", "false"))).isProven()).isTrue();
  }

  @Test
  void aDiskWhoseHostKeepsACacheIsNot() {
    assertThat(Encryption.of(made("disk.csi.azure.com", Map.of())).isProven()).isFalse();
    assertThat(Encryption.of(made("disk.csi.azure.com", Map.of("cachingMode", "None"))).isProven())
        .isTrue();
  }

  @Test
  void whatTheCatalogueDoesNotKnowIsUnknown() {
    var judged = Encryption.of(made(UNHEARD_OF, Map.of("encrypted", "true")));

    assertThat(judged).isInstanceOf(Judgement.Unknown.class);
    assertThat(judged.text()).contains(UNHEARD_OF, "StorageClass fast", "not in the catalogue");
  }

  @Test
  void anAdministratorMayDeclareIt() {
    var judged = Encryption.of(made(UNHEARD_OF, Map.of(), Optional.of("LUKS on every disk")));

    assertThat(judged.isProven()).isTrue();
    assertThat(judged.text())
        .isEqualTo("declared by an administrator on StorageClass fast: LUKS on every disk");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "  ", "\n"})
  void anEmptyWordDeclaresNothing(String words) {
    assertThat(Encryption.of(made(UNHEARD_OF, Map.of(), Optional.of(words))).isProven()).isFalse();
  }

  @Test
  void aDeclarationIsNotBelievedAgainstTheObjectsOwnWords() {
    var lying = made(UNHEARD_OF, Map.of("encrypted", "false"), Optional.of("LUKS"));
    var plain = made(UNHEARD_OF, Map.of(), Optional.of("LUKS"));

    assertThat(Encryption.of(lying)).isInstanceOf(Judgement.NotEncrypted.class);
    assertThat(
            Encryption.of(
                volume(UNHEARD_OF, Map.of("disks.example.com/luks-encrypted", "false")),
                Optional.of(plain)))
        .isInstanceOf(Judgement.NotEncrypted.class);
  }

  @Test
  void aLongDeclarationWithLineBreaksStaysOneLine() {
    var judged =
        Encryption.of(made(UNHEARD_OF, Map.of(), Optional.of("LUKS\n\t" + "x".repeat(1000))));

    assertThat(judged.text()).hasSizeLessThan(300).doesNotContain("\n").doesNotContain("\t");
  }

  @Test
  void theVolumeItselfMustSayItWhereItsDriverWritesIt() {
    var asked = Optional.of(made(CEPH, Map.of("encrypted", "true")));

    assertThat(Encryption.of(volume(CEPH, Map.of("encrypted", "true")), asked).isProven()).isTrue();
    assertThat(Encryption.of(volume(CEPH, Map.of()), asked).isProven()).isFalse();
    assertThat(
            Encryption.of(
                    volume(CEPH, Map.of("encrypted", "true", "encryptionType", "file")), asked)
                .isProven())
        .isFalse();
  }

  @Test
  void rooksNameOfCephIsKnown() {
    var judged = Encryption.of(made("rook-ceph.rbd.csi.ceph.com", Map.of("encrypted", "true")));

    assertThat(judged.isProven()).isTrue();
    assertThat(Encryption.of(made("evilrbd.csi.ceph.com", Map.of("encrypted", "true"))))
        .isInstanceOf(Judgement.Unknown.class);
  }

  @Test
  void aKnownDriverVouchesForItsOwnVolumesOnly() {
    var asked = Optional.of(made(EBS, Map.of("encrypted", "true")));

    assertThat(Encryption.of(volume("hostpath.example.com", Map.of()), asked).isProven()).isFalse();
  }

  @Test
  void aVolumeThatIsOlderThanItsClassWasMadeByAnotherOfThatName() {
    var young =
        new ClassView(
            "fast",
            "uid-9",
            EBS,
            Map.of("encrypted", "true"),
            Optional.empty(),
            THEN.plusSeconds(3600),
            true);

    assertThat(Encryption.of(volume(EBS, Map.of()), Optional.of(young)))
        .isInstanceOf(Judgement.Unknown.class);
  }

  @Test
  void aVolumeWithoutItsClassIsProvenOnlyByADeclarationOnItself() {
    var plain = volume(UNHEARD_OF, Map.of());
    var declared =
        new VolumeView(
            "pv-1",
            "uid-2",
            Optional.empty(),
            Optional.empty(),
            Map.of(),
            Optional.empty(),
            false,
            THEN,
            Optional.of("LUKS, set up by hand"));

    assertThat(Encryption.of(plain, Optional.empty()).isProven()).isFalse();
    assertThat(Encryption.of(declared, Optional.empty()).isProven()).isTrue();
  }

  @Test
  void aCopyMayBeWhatItWasCopiedFrom() {
    var copy =
        new VolumeView(
            "pv-1",
            "uid-2",
            Optional.of("fast"),
            Optional.of(EBS),
            Map.of(),
            Optional.of(EBS),
            true,
            THEN.plusSeconds(60),
            Optional.empty());

    assertThat(Encryption.of(copy, Optional.of(made(EBS, Map.of("encrypted", "true")))).isProven())
        .isFalse();
  }

  /** A new row without evidence would pass unnoticed. */
  @Test
  void noRuleOfTheCatalogueIsFulfilledByNothingButThoseThatSaySo() {
    Catalogue.all()
        .forEach(
            (provisioner, rule) ->
                assertThat(Encryption.of(made(provisioner, Map.of())).isProven())
                    .as(provisioner)
                    .isEqualTo(rule instanceof Rule.Always));
  }
}
