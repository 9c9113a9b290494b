package dev.cachecluster.operator.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cachecluster.operator.acl.Secret;
import dev.cachecluster.operator.engine.Answer.Ok;
import dev.cachecluster.operator.engine.Answer.Refused;
import dev.cachecluster.operator.engine.Answer.Unreachable;
import dev.cachecluster.operator.pki.CertificateView;
import dev.cachecluster.operator.pki.ForeignIssuer;
import dev.cachecluster.operator.pki.KeyPairPem;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Real servers show a certificate of somebody else, which may be used for nothing but that, and
 * prove themselves to each other by the cluster's own authority.
 */
class ForeignCertificateOnServersTest {
  private static final String LIST = "trusted-1.crt";

  private final Instant begin = Instant.now().minus(Duration.ofDays(1));
  private final Instant end = Instant.now().plus(Duration.ofDays(1));
  private final ForeignIssuer.Entity company =
      ForeignIssuer.root("company").from(begin).until(end).make();

  private KeyPairPem issued(String member) {
    var entity =
        ForeignIssuer.leaf(company, EngineProcess.tlsName(member))
            .purposes(KeyPurposeId.id_kp_serverAuth)
            .from(begin)
            .until(end)
            .make();
    return new KeyPairPem(entity.pem(), Secret.of(entity.keyPem()));
  }

  private static EngineAdmin admin(EngineLab lab, String caPem) {
    var own = lab.identity();
    return lab.admin(
        new AdminIdentity(
            own.username(), own.password(), caPem, own.certificatePem(), own.privateKeyPem()),
        CommandGate.open());
  }

  private static void relink(EngineAdmin admin, EngineProcess replica, EngineProcess primary) {
    EngineLab.done(admin.follow(replica.address(), EngineProcess.PLACEHOLDER, 6379));
    EngineLab.done(admin.follow(replica.address(), primary.address().ip(), primary.port()));
    EngineLab.awaitLink(admin, replica);
  }

  /**
   * A kept connection may turn out to be broken; then the operator asks again, in its next pass.
   */
  private static Answer<?> heard(Supplier<Answer<?>> question) {
    return Stream.generate(question)
        .limit(5)
        .filter(answer -> !(answer instanceof Unreachable))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no answer, five times"));
  }

  private static String shown(EngineAdmin admin, EngineProcess server) {
    admin.reconnect(server.address());
    EngineLab.view(admin, server);
    return admin.tls(server.address()).ok().orElseThrow().fingerprint();
  }

  private static String print(KeyPairPem pair) {
    return CertificateView.parse(pair.certificatePem()).fingerprint();
  }

  private static String writes(EngineLab lab, EngineProcess server, String caPem)
      throws IOException {
    try (RespClient client =
        RespClient.tls(server.address(), caPem, lab.applicationCertificate, "TLSv1.3")) {
      client.authenticate(EngineLab.APPLICATION, lab.applicationPassword.reveal());
      return String.valueOf(client.call("SET", "k", "v"));
    }
  }

  @ParameterizedTest
  @EnumSource
  void serversShowItAndReplicateByTheirOwn(Engine engine) throws Exception {
    try (EngineLab lab = new EngineLab(engine)) {
      String own = lab.authority.certificatePem();
      String both = own + company.pem();
      KeyPairPem primarys = issued("m-0");
      KeyPairPem replicas = issued("m-1");
      EngineProcess primary = lab.start("m-0");
      EngineProcess replica = lab.start("m-1");
      EngineAdmin admin = admin(lab, both);
      EngineLab.lead(admin, primary, replica);
      String run = EngineLab.view(admin, primary).runId();

      // The primary trusts nobody but its own authority yet: by that the replica is let in.
      EngineLab.done(admin.configure(replica.address(), replica.foreign(replicas, both, LIST)));
      assertThat(shown(admin, replica)).isEqualTo(print(replicas));
      relink(admin, replica, primary);

      EngineLab.done(admin.configure(primary.address(), primary.foreign(primarys, both, LIST)));
      assertThat(shown(admin, primary)).isEqualTo(print(primarys));
      relink(admin, replica, primary);
      assertThat(writes(lab, primary, company.pem())).isEqualTo("OK");
      assertThatThrownBy(() -> writes(lab, primary, own)).isInstanceOf(IOException.class);
      assertThat(EngineLab.view(admin, primary, "tls-ca-cert-file").config())
          .as("which list it has read")
          .containsEntry("tls-ca-cert-file", primary.path(LIST));

      // The limit: whoever has a client certificate of that issuer comes as far as the password.
      var other = ForeignIssuer.leaf(company).from(begin).until(end).make();
      var client = new KeyPairPem(other.pem(), Secret.of(other.keyPem()));
      assertThat(admin.probeTrust(primary.address(), client))
          .isEqualTo(new Ok<>(TrustProbe.ACCEPTED));
      assertThat(admin(lab, both).inspect(primary.address(), Set.of()).isOk()).isTrue();

      // A list that the kubelet has not brought yet changes nothing of what is served.
      var early = new HashMap<>(primary.certificateSettings());
      early.put("tls-ca-cert-file", primary.path("trusted-2.crt"));
      assertThat(heard(() -> admin.configure(primary.address(), early)))
          .isInstanceOf(Refused.class);
      assertThat(shown(admin, primary)).isEqualTo(print(primarys));
      assertThat(EngineLab.view(admin, primary, "tls-ca-cert-file").config())
          .containsEntry("tls-ca-cert-file", primary.path(LIST));
      relink(admin, replica, primary);

      // And back, one after the other.
      EngineLab.done(admin.configure(primary.address(), primary.certificateSettings()));
      relink(admin, replica, primary);
      EngineLab.done(admin.configure(replica.address(), replica.certificateSettings()));
      relink(admin, replica, primary);
      EngineAdmin after = admin(lab, own);
      assertThat(EngineLab.view(after, primary).runId()).as("never restarted").isEqualTo(run);
      assertThat(EngineLab.view(after, replica).runId()).isNotEqualTo(run);
      assertThat(writes(lab, primary, own)).isEqualTo("OK");
      assertThat(admin.probeTrust(primary.address(), client))
          .isEqualTo(new Ok<>(TrustProbe.REFUSED));
    }
  }
}
