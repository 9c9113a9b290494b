package dev.cachecluster.operator.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cachecluster.api.v1alpha1.CacheCluster;
import dev.cachecluster.operator.desired.Names;
import dev.cachecluster.operator.desired.ServerCertificate;
import dev.cachecluster.operator.mockapi.ApiRequest;
import dev.cachecluster.operator.mockapi.Kind;
import dev.cachecluster.operator.pki.CertificateAuthority;
import dev.cachecluster.operator.pki.CertificateView;
import dev.cachecluster.operator.pki.KeyPairPem;
import dev.cachecluster.operator.pki.Leaf;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
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
  private final CertificateAuthority company = authority("Company");
  private final CertificateAuthority other = authority("Other company");

  ForeignCertificateFaultTest() {
    Scenario.AUTHORITY_ROTATED.prepare(world);
  }

  @AfterEach
  void loud() {
    quiet.end();
  }

  private CertificateAuthority authority(String name) {
    return CertificateAuthority.create(
        name, world.clock, new SecureRandom(), Duration.ofDays(3650));
  }

  private static KeyPairPem issued(CertificateAuthority by) {
    return by.issue(
        new Leaf(
            "cache", ServerCertificate.needed(NAMES, 2), Leaf.Usage.MEMBER, Duration.ofDays(60)));
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private static void fill(ObjectNode data, KeyPairPem pair, CertificateAuthority by) {
    data.put("tls.crt", base64(pair.certificatePem()));
    data.put("tls.key", base64(pair.privateKeyPem().reveal()));
    data.put("ca.crt", base64(by.certificatePem()));
  }

  private void create(KeyPairPem pair, CertificateAuthority by) {
    var secret = JsonNodeFactory.instance.objectNode();
    secret.put("apiVersion", "v1").put("kind", "Secret");
    secret.putObject("metadata").put("name", "company").put("namespace", World.NAMESPACE);
    fill(secret.putObject("data"), pair, by);
    var path = "/api/v1/namespaces/" + World.NAMESPACE + "/secrets";
    var reply =
        world.api.handle(ApiRequest.of("POST", path, "", "application/json", secret.toString()));
    assertThat(reply.code()).isEqualTo(201);
  }

  private void change(KeyPairPem pair, CertificateAuthority by) {
    world.api.change(
        Kind.SECRET,
        World.NAMESPACE,
        "company",
        object -> fill(object.withObject("/data"), pair, by));
  }

  private void ask(String type) {
    world.api.change(
        Kind.CACHE_CLUSTER,
        World.NAMESPACE,
        World.NAME,
        object -> {
          var tls = object.withObject("/spec").withObject("/tls");
          tls.remove("server");
          var server = tls.putObject("server").put("type", type);
          if (type.equals("Secret")) {
            server.putObject("secret").put("name", "company");
          } else if (type.equals("CertManager")) {
            server.putObject("issuer").put("name", "company");
          }
        });
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

  private boolean isTrusted(CertificateAuthority by) {
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
    var first = issued(company);
    create(first, company);
    ask("Secret");
    until(() -> allShow(first));
    settle();
    assertThat(world.condition("TLSVerified")).isEqualTo("True");

    var renewed = issued(company);
    change(renewed, company);
    until(() -> allShow(renewed));
    settle();

    var foreign = issued(other);
    change(foreign, other);
    until(() -> allShow(foreign));
    settle();
    assertThat(isTrusted(company)).isFalse();
    assertThat(isTrusted(other)).isTrue();

    ask("Managed");
    until(this::allShowTheirOwn);
    settle();
    assertThat(isTrusted(other)).isFalse();
  }

  @Test
  void theAuthorityIsReplacedWhileSomebodyElsesIsShown() {
    var first = issued(company);
    create(first, company);
    ask("Secret");
    until(() -> allShow(first));
    settle();
    Scenario.AUTHORITY_ROTATED.begin(world);
    settle();
    assertThat(allShow(first)).isTrue();
  }

  @Test
  void bothChangeAtOnce() {
    var first = issued(company);
    create(first, company);
    Scenario.AUTHORITY_ROTATED.begin(world);
    ask("Secret");
    until(() -> allShow(first));
    settle();
    ask("Managed");
    world.annotate(CacheCluster.ROTATE, "2");
    until(this::allShowTheirOwn);
    settle();
    assertThat(isTrusted(company)).isFalse();
  }

  @Test
  void aSecretThatBecomesBadOrIsDeletedChangesNothing() {
    var first = issued(company);
    create(first, company);
    ask("Secret");
    until(() -> allShow(first));
    settle();
    change(new KeyPairPem(first.certificatePem(), issued(company).privateKeyPem()), company);
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
    var first = issued(company);
    create(first, company);
    ask("Secret");
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
    var first = issued(company);
    create(first, company);
    ask("Secret");
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
    ask("CertManager");
    until(() -> world.reason("TLSVerified").equals("WaitingForIssuer"));
    assertThat(world.message("TLSVerified")).contains("install cert-manager");
    assertThat(world.condition("Ready")).isEqualTo("True");
    assertThat(allShowTheirOwn()).isTrue();
    ask("Managed");
    settle();
  }

  @Test
  void atRestNothingIsWritten() {
    var first = issued(company);
    create(first, company);
    ask("Secret");
    until(() -> allShow(first));
    settle();
    var writes = world.tap.writes().size();
    IntStream.range(0, 60).forEach(_ -> world.round());
    assertThat(world.tap.writes().subList(writes, world.tap.writes().size())).isEmpty();
  }
}
