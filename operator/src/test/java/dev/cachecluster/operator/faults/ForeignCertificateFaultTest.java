package dev.cachecluster.operator.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachecluster.api.v1alpha1.CacheCluster;
import dev.cachecluster.operator.desired.Names;
import dev.cachecluster.operator.mockapi.ApiRequest;
import dev.cachecluster.operator.pki.CertificateView;
import dev.cachecluster.operator.pki.KeyPairPem;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Servers come to show somebody else's certificate, another one, and their own again, and nobody is
 * refused: no replica, no application with its binding, and not the operator.
 */
class ForeignCertificateFaultTest {
  private static final Names NAMES = new Names(World.NAMESPACE, World.NAME);
  private static final int LONG = 120;

  private final Quiet quiet = Quiet.begin();
  private final World world = new World(1);
  private final Company company = new Company(world, "Company");
  private final Company other = new Company(world, "Other company");

  ForeignCertificateFaultTest() {
    Scenario.AUTHORITY_ROTATED.prepare(world);
  }

  @AfterEach
  void loud() {
    quiet.end();
  }

  private boolean allShow(KeyPairPem pair) {
    var print = CertificateView.parse(pair.certificatePem()).fingerprint();
    return world.servers.running().stream()
        .allMatch(server -> server.tls().shows().fingerprint().equals(print));
  }

  private boolean allShowTheirOwn() {
    return world.servers.running().stream()
        .allMatch(server -> server.tls().shows().equals(server.tls().client()));
  }

  private boolean isTrusted(Company by) {
    var print = CertificateView.parse(by.certificatePem()).fingerprint();
    return world.servers.running().stream()
        .anyMatch(server -> server.tls().trusts().fingerprints().contains(print));
  }

  private void settle() {
    until(() -> world.isProven() && world.condition("TLSVerified").equals("True"));
    assertThat(world.servers.refused).as("refused handshakes").isEmpty();
  }

  private void until(BooleanSupplier so) {
    assertThat(world.until(so, LONG)).as(world::report).isNotNegative();
  }

  @Test
  void oneComesAnotherFollowsAndTheirOwnAgain() {
    var first = company.issue();
    company.handOver(first);
    Company.ask(world, "Secret");
    until(() -> allShow(first));
    settle();
    assertThat(world.condition("TLSVerified")).isEqualTo("True");

    var renewed = company.issue();
    company.replace(renewed);
    until(() -> allShow(renewed));
    settle();

    var foreign = other.issue();
    other.replace(foreign);
    until(() -> allShow(foreign));
    settle();
    assertThat(isTrusted(company)).isFalse();
    assertThat(isTrusted(other)).isTrue();

    Company.ask(world, "Managed");
    until(this::allShowTheirOwn);
    settle();
    assertThat(isTrusted(other)).isFalse();
  }

  @Test
  void theAuthorityIsReplacedWhileSomebodyElsesIsShown() {
    var first = company.issue();
    company.handOver(first);
    Company.ask(world, "Secret");
    until(() -> allShow(first));
    settle();
    Scenario.AUTHORITY_ROTATED.begin(world);
    settle();
    assertThat(allShow(first)).isTrue();
  }

  @Test
  void bothChangeAtOnce() {
    var first = company.issue();
    company.handOver(first);
    Scenario.AUTHORITY_ROTATED.begin(world);
    Company.ask(world, "Secret");
    until(() -> allShow(first));
    settle();
    Company.ask(world, "Managed");
    world.wishes.annotate(CacheCluster.ROTATE, "2");
    until(this::allShowTheirOwn);
    settle();
    assertThat(isTrusted(company)).isFalse();
  }

  @Test
  void aSecretThatBecomesBadOrIsDeletedChangesNothing() {
    var first = company.issue();
    company.handOver(first);
    Company.ask(world, "Secret");
    until(() -> allShow(first));
    settle();
    company.replace(new KeyPairPem(first.certificatePem(), company.issue().privateKeyPem()));
    until(() -> world.reason("TLSVerified").equals("CertificateRefused"));
    assertThat(world.message("TLSVerified")).contains("Secret company", "tls.key");
    world.api.handle(
        ApiRequest.of(
            "DELETE", "/api/v1/namespaces/" + World.NAMESPACE + "/secrets/company", "", "", ""));
    until(() -> world.reason("TLSVerified").equals("SecretMissing"));
    assertThat(allShow(first)).isTrue();
    assertThat(world.condition("Ready")).isEqualTo("True");
    assertThat(world.servers.refused).isEmpty();
  }

  @Test
  void aServerThatStartsAnewShowsItAgain() {
    var first = company.issue();
    company.handOver(first);
    Company.ask(world, "Secret");
    until(() -> allShow(first));
    world.servers.kill(world.servers.of("cache-0-2").orElseThrow());
    settle();
    assertThat(allShow(first)).isTrue();
    world.servers.kill(world.servers.writable().getFirst());
    settle();
    assertThat(allShow(first)).isTrue();
  }

  /** What lies beside the certificates tells whom to trust until all show their own again. */
  @Test
  void aRecordThatIsLostCutsNobodyOff() {
    var first = company.issue();
    company.handOver(first);
    Company.ask(world, "Secret");
    until(() -> allShow(first));
    settle();
    world.api.handle(
        ApiRequest.of(
            "DELETE",
            "/api/v1/namespaces/" + World.NAMESPACE + "/secrets/" + NAMES.foreignSecret(),
            "",
            "",
            ""));
    IntStream.range(0, 10).forEach(_ -> world.round());
    settle();
    assertThat(allShow(first)).isTrue();
  }

  @Test
  void withoutCertManagerTheCacheServesAndSaysWhatIsMissing() {
    Company.ask(world, "CertManager");
    until(() -> world.reason("TLSVerified").equals("WaitingForIssuer"));
    assertThat(world.message("TLSVerified")).contains("install cert-manager");
    assertThat(world.condition("Ready")).isEqualTo("True");
    assertThat(allShowTheirOwn()).isTrue();
    Company.ask(world, "Managed");
    settle();
  }

  @Test
  void atRestNothingIsWritten() {
    var first = company.issue();
    company.handOver(first);
    Company.ask(world, "Secret");
    until(() -> allShow(first));
    settle();
    var writes = world.tap.writes().size();
    IntStream.range(0, 60).forEach(_ -> world.round());
    assertThat(world.tap.writes().subList(writes, world.tap.writes().size())).isEmpty();
  }
}
