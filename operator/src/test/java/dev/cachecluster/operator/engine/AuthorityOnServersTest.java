package dev.cachecluster.operator.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachecluster.operator.acl.AclFile;
import dev.cachecluster.operator.engine.Answer.Cause;
import dev.cachecluster.operator.engine.Answer.Ok;
import dev.cachecluster.operator.engine.Answer.Unreachable;
import dev.cachecluster.operator.pki.AuthorityState;
import dev.cachecluster.operator.pki.CertificateAuthority;
import dev.cachecluster.operator.pki.CertificateView;
import dev.cachecluster.operator.pki.KeyPairPem;
import dev.cachecluster.operator.pki.Leaf;
import dev.cachecluster.operator.pki.Leaf.Usage;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An authority is replaced under real servers that go on serving and replicating. */
class AuthorityOnServersTest {
  private static final Duration DAY = Duration.ofDays(1);

  private static KeyPairPem leaf(EngineLab lab, KeyPairPem authority, Leaf leaf) {
    return CertificateAuthority.load(authority, lab.clock, lab.random).issue(leaf);
  }

  private static KeyPairPem member(EngineLab lab, KeyPairPem authority, String name) {
    return leaf(
        lab, authority, new Leaf(name, List.of(EngineProcess.tlsName(name)), Usage.MEMBER, DAY));
  }

  private static KeyPairPem client(EngineLab lab, KeyPairPem authority, String name) {
    return leaf(lab, authority, new Leaf(name, List.of(), Usage.CLIENT, DAY));
  }

  private static EngineAdmin admin(EngineLab lab, String caPem, KeyPairPem certificate) {
    AdminIdentity own = lab.identity();
    return lab.admin(
        new AdminIdentity(
            own.username(),
            own.password(),
            caPem,
            certificate.certificatePem(),
            certificate.privateKeyPem()),
        CommandGate.open());
  }

  private static String shown(EngineAdmin admin, EngineProcess server) {
    return admin.tls(server.address()).ok().orElseThrow().fingerprint();
  }

  private static String print(KeyPairPem pair) {
    return CertificateView.parse(pair.certificatePem()).fingerprint();
  }

  private static void assertServes(
      EngineLab lab, EngineProcess server, String caPem, KeyPairPem own) throws IOException {
    try (RespClient client = RespClient.tls(server.address(), caPem, own, "TLSv1.3")) {
      client.authenticate(EngineLab.APPLICATION, lab.applicationPassword.reveal());
      assertThat(client.call("SET", "k", "v")).isEqualTo("OK");
    }
  }

  /** The first handshake of a JVM may take longer than the timeout: that alone is asked again. */
  private static void assertProbe(
      EngineAdmin admin, EngineProcess server, KeyPairPem client, TrustProbe verdict) {
    Attempts.until(
        () ->
            !(admin.probeTrust(server.address(), client) instanceof Unreachable<?> u
                && u.cause() == Cause.TIMEOUT),
        "an answer in time");
    assertThat(admin.probeTrust(server.address(), client)).isEqualTo(new Ok<>(verdict));
  }

  private static void relink(EngineAdmin admin, EngineProcess replica, EngineProcess primary) {
    EngineLab.done(admin.follow(replica.address(), EngineProcess.PLACEHOLDER, 6379));
    EngineLab.done(admin.follow(replica.address(), primary.address().ip(), primary.port()));
    EngineLab.awaitLink(admin, replica);
  }

  @ParameterizedTest
  @EnumSource
  void trustThenIssueThenDropWhileTheServersServeOn(Engine engine) throws Exception {
    try (EngineLab lab = new EngineLab(engine)) {
      KeyPairPem old = lab.authority.toPem();
      KeyPairPem fresh =
          CertificateAuthority.create("test authority", lab.clock, lab.random, DAY).toPem();
      AuthorityState both = AuthorityState.steady(old).withNext(fresh, Optional.empty());
      KeyPairPem oldLeaf = member(lab, old, "m-0");
      KeyPairPem oldClient = client(lab, old, "app");
      KeyPairPem newClient = client(lab, fresh, "app");
      EngineProcess primary = lab.start("m-0", oldLeaf, AclFile.render(lab.users()));
      EngineProcess replica =
          lab.start("m-1", member(lab, old, "m-1"), AclFile.render(lab.users()));
      EngineAdmin admin = admin(lab, both.bundle(), client(lab, old, "operator"));
      EngineLab.lead(admin, primary, replica);
      String run = EngineLab.view(admin, primary).runId();
      RespClient longLived = lab.application(primary);

      // Trust both: the file alone changes nothing, and once it is read the old ones are good too.
      assertProbe(admin, primary, newClient, TrustProbe.REFUSED);
      assertProbe(admin, primary, oldClient, TrustProbe.ACCEPTED);
      primary.files(oldLeaf, both.bundle());
      assertProbe(admin, primary, newClient, TrustProbe.REFUSED);
      EngineLab.done(admin.configure(primary.address(), primary.certificateSettings()));
      assertProbe(admin, primary, newClient, TrustProbe.ACCEPTED);
      assertServes(lab, primary, old.certificatePem(), oldClient);
      relink(admin, replica, primary);
      replica.files(member(lab, old, "m-1"), both.bundle());
      EngineLab.done(admin.configure(replica.address(), replica.certificateSettings()));
      assertProbe(admin, replica, newClient, TrustProbe.ACCEPTED);

      // Issue: the kept connection has seen the old one, a new one sees the new.
      KeyPairPem newLeaf = member(lab, fresh, "m-0");
      primary.files(newLeaf, both.switched().bundle());
      EngineLab.done(admin.configure(primary.address(), primary.certificateSettings()));
      assertThat(shown(admin, primary)).isEqualTo(print(oldLeaf));
      admin.reconnect(primary.address());
      assertThat(shown(admin, primary)).isEqualTo(print(newLeaf));
      assertServes(lab, primary, both.bundle(), oldClient);
      relink(admin, replica, primary);
      replica.files(member(lab, fresh, "m-1"), both.switched().bundle());
      EngineLab.done(admin.configure(replica.address(), replica.certificateSettings()));
      relink(admin, replica, primary);

      // Drop.
      EngineAdmin after = admin(lab, fresh.certificatePem(), client(lab, fresh, "operator"));
      primary.files(member(lab, fresh, "m-0"), fresh.certificatePem());
      EngineLab.done(admin.configure(primary.address(), primary.certificateSettings()));
      assertProbe(after, primary, oldClient, TrustProbe.REFUSED);
      assertProbe(after, primary, newClient, TrustProbe.ACCEPTED);
      assertServes(lab, primary, fresh.certificatePem(), newClient);
      relink(after, replica, primary);

      assertThat(EngineLab.view(after, primary).runId()).as("never restarted").isEqualTo(run);
      assertThat(longLived.call("GET", "k")).as("a session of the beginning").isEqualTo("v");
    }
  }

  @ParameterizedTest
  @EnumSource
  void thatWeDoNotTrustTheServerOrThatItIsSilentIsNoVerdictOfIts(Engine engine) throws Exception {
    try (EngineLab lab = new EngineLab(engine)) {
      EngineProcess server = lab.start("m-0");
      KeyPairPem own = lab.applicationCertificate;
      KeyPairPem foreign =
          CertificateAuthority.create("foreign authority", lab.clock, lab.random, DAY).toPem();
      assertProbe(lab.admin(), server, own, TrustProbe.ACCEPTED);

      assertUnreachable(admin(lab, foreign.certificatePem(), own), server, own, Cause.TLS);
      server.freeze();
      try {
        assertUnreachable(lab.admin(), server, own, Cause.TIMEOUT);
      } finally {
        server.thaw();
      }
      EngineAdmin gated = lab.admin(lab.identity(), _ -> Optional.of("not in office"));
      assertUnreachable(gated, server, own, Cause.NOT_SENT);
    }
  }

  private static void assertUnreachable(
      EngineAdmin admin, EngineProcess server, KeyPairPem client, Cause cause) {
    assertThat(admin.probeTrust(server.address(), client))
        .isInstanceOfSatisfying(
            Unreachable.class, u -> assertThat(u.cause()).as(u.message()).isEqualTo(cause));
  }
}
