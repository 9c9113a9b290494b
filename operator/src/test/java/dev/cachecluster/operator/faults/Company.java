package dev.cachecluster.operator.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
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
import java.util.Optional;

/** An authority that is not the cluster's own, and the Secret in which it hands over. */
final class Company {
  /** The Secret. */
  static final String SECRET = "company";

  private static final Names NAMES = new Names(World.NAMESPACE, World.NAME);
  private static final String SECRETS = "/api/v1/namespaces/" + World.NAMESPACE + "/secrets";

  private final World world;
  private final CertificateAuthority authority;

  Company(World world, String name) {
    this.world = world;
    this.authority =
        CertificateAuthority.create(name, world.clock, new SecureRandom(), Duration.ofDays(3650));
  }

  String certificatePem() {
    return authority.certificatePem();
  }

  /** A certificate for all members and Services of the cluster. */
  KeyPairPem issue() {
    return authority.issue(
        new Leaf(
            "cache", ServerCertificate.needed(NAMES, 2), Leaf.Usage.MEMBER, Duration.ofDays(60)));
  }

  /** Puts it into a Secret that was not there. */
  void handOver(KeyPairPem pair) {
    var secret = JsonNodeFactory.instance.objectNode();
    secret.put("apiVersion", "v1").put("kind", "Secret");
    secret.putObject("metadata").put("name", SECRET).put("namespace", World.NAMESPACE);
    fill(secret.putObject("data"), pair);
    var reply =
        world.api.handle(ApiRequest.of("POST", SECRETS, "", "application/json", secret.toString()));
    assertThat(reply.code()).isEqualTo(201);
  }

  /** Puts it into the Secret instead of what is there. */
  void replace(KeyPairPem pair) {
    world.api.change(
        Kind.SECRET, World.NAMESPACE, SECRET, object -> fill(object.withObject("/data"), pair));
  }

  private void fill(ObjectNode data, KeyPairPem pair) {
    data.put("tls.crt", base64(pair.certificatePem()));
    data.put("tls.key", base64(pair.privateKeyPem().reveal()));
    data.put("ca.crt", base64(certificatePem()));
  }

  /**
   * Whether every server shows what the spec asks for, and trusts nobody else for it: the issuer of
   * a Secret, while the spec names that Secret, beside the one authority of the cluster.
   */
  static boolean isCarriedOut(World world) {
    var cluster = world.api.look(Kind.CACHE_CLUSTER, World.NAMESPACE, World.NAME).orElseThrow();
    var server = cluster.path("spec").path("tls").path("server");
    if (!server.path("type").asText().equals("Secret")) {
      return world.servers.running().stream()
          .map(FakeServer::tls)
          .allMatch(tls -> tls.shows().equals(tls.client()) && trusted(tls) == 1);
    }
    var offered =
        world
            .api
            .look(Kind.SECRET, World.NAMESPACE, SECRET)
            .map(secret -> secret.path("data").path("tls.crt").asText())
            .map(text -> new String(Base64.getDecoder().decode(text), StandardCharsets.UTF_8))
            .map(pem -> CertificateView.parse(pem).fingerprint());
    return world.servers.running().stream()
        .map(FakeServer::tls)
        .allMatch(
            tls -> offered.equals(Optional.of(tls.shows().fingerprint())) && trusted(tls) == 2);
  }

  private static int trusted(FakeTls tls) {
    return tls.trusts().fingerprints().size();
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Has the spec name whose certificate the servers show. */
  static void ask(World world, String type) {
    world.api.change(
        Kind.CACHE_CLUSTER,
        World.NAMESPACE,
        World.NAME,
        object -> {
          var tls = object.withObject("/spec").withObject("/tls");
          tls.remove("server");
          var server = tls.putObject("server").put("type", type);
          if (type.equals("Secret")) {
            server.putObject("secret").put("name", SECRET);
          } else if (type.equals("CertManager")) {
            server.putObject("issuer").put("name", SECRET);
          }
        });
  }
}
