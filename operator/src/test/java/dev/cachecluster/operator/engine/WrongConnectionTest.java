package dev.cachecluster.operator.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cachecluster.operator.acl.AclFile;
import dev.cachecluster.operator.acl.Secret;
import dev.cachecluster.operator.engine.Answer.Cause;
import dev.cachecluster.operator.engine.Answer.Unreachable;
import dev.cachecluster.operator.pki.CertificateAuthority;
import dev.cachecluster.operator.pki.CertificateView;
import dev.cachecluster.operator.pki.KeyPairPem;
import dev.cachecluster.operator.pki.Leaf;
import dev.cachecluster.operator.pki.Leaf.Usage;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class WrongConnectionTest {

  private static CertificateAuthority foreign(EngineLab lab) {
    return CertificateAuthority.create(
        "foreign authority", lab.clock, lab.random, Duration.ofDays(1));
  }

  /**
   * A client without a certificate hears of its refusal only when it first reads: so it must get no
   * answer, not even NOAUTH.
   */
  private static void assertNoWord(
      EngineProcess server, String caPem, @Nullable KeyPairPem identity, String protocol) {
    assertThatThrownBy(
            () -> {
              try (RespClient client =
                  RespClient.tls(server.address(), caPem, identity, protocol)) {
                client.call("PING");
              }
            })
        .isInstanceOf(IOException.class)
        .isNotInstanceOf(RespClient.ErrorReply.class);
  }

  @ParameterizedTest
  @EnumSource
  void sixWrongConnectionsAreRefusedAndTheRightOneIsNot(Engine engine) throws Exception {
    try (EngineLab lab = new EngineLab(engine)) {
      EngineProcess server = lab.start("m-0");
      String ca = lab.authority.certificatePem();
      KeyPairPem own = lab.applicationCertificate;
      KeyPairPem stranger =
          foreign(lab).issue(new Leaf("app", List.of(), Usage.CLIENT, Duration.ofDays(1)));

      assertThatThrownBy(
              () -> {
                try (RespClient plain = RespClient.plaintext(server.address())) {
                  plain.call("PING");
                }
              })
          .as("plaintext")
          .isInstanceOf(IOException.class)
          .isNotInstanceOf(RespClient.ErrorReply.class);
      assertNoWord(server, ca, null, "TLSv1.3");
      assertNoWord(server, ca, stranger, "TLSv1.3");
      assertNoWord(server, ca, own, "TLSv1.2");
      MemberAddress named = server.address();
      assertThatThrownBy(
              () ->
                  RespClient.tls(
                      new MemberAddress(
                          "m-9",
                          named.podUid(),
                          named.ip(),
                          named.port(),
                          EngineProcess.tlsName("m-9")),
                      ca,
                      own,
                      "TLSv1.3"))
          .as("wrong host name")
          .hasMessageContaining("m-9");
      RespClient anonymous = lab.anonymous(server);
      assertThatThrownBy(() -> anonymous.call("GET", "k"))
          .as("no password")
          .hasMessageStartingWith("NOAUTH");
      assertThatThrownBy(() -> anonymous.call("AUTH", "default", "any"))
          .hasMessageStartingWith("WRONGPASS");

      lab.application(server);
    }
  }

  @ParameterizedTest
  @EnumSource
  void theOperatorRefusesAServerOfTheSameAuthorityThatHasAnotherName(Engine engine)
      throws Exception {
    try (EngineLab lab = new EngineLab(engine)) {
      // A reused IP: the address is that of m-0, but who answers there is m-1.
      EngineProcess thief = lab.start("m-0", lab.member("m-1"), AclFile.render(lab.users()));
      EngineAdmin admin = lab.admin();

      assertUnreachable(admin, thief, Cause.TLS, "m-0.cache.test");

      MemberAddress at = thief.address();
      MemberAddress asItself =
          new MemberAddress("m-1", at.podUid(), at.ip(), at.port(), EngineProcess.tlsName("m-1"));
      Attempts.until(
          () -> admin.inspect(asItself, Set.of()).isOk(), "the same server under its own name");
    }
  }

  @ParameterizedTest
  @EnumSource
  void theOperatorRefusesAServerOfAForeignAuthorityAndIsRefusedWithAForeignCertificate(
      Engine engine) throws Exception {
    try (EngineLab lab = new EngineLab(engine)) {
      CertificateAuthority foreign = foreign(lab);
      AdminIdentity own = lab.identity();
      EngineProcess server = lab.start("m-0");
      AdminIdentity trustsOther =
          new AdminIdentity(
              own.username(),
              own.password(),
              foreign.certificatePem(),
              own.certificatePem(),
              own.privateKeyPem());
      KeyPairPem stranger =
          foreign.issue(new Leaf("operator", List.of(), Usage.CLIENT, Duration.ofDays(1)));
      AdminIdentity isOther =
          new AdminIdentity(
              own.username(),
              own.password(),
              own.caPem(),
              stranger.certificatePem(),
              stranger.privateKeyPem());

      assertUnreachable(lab.admin(trustsOther, CommandGate.open()), server, Cause.TLS, "TLS");
      assertUnreachable(lab.admin(isOther, CommandGate.open()), server, Cause.TLS, "TLS");
    }
  }

  @ParameterizedTest
  @EnumSource
  void aWrongPasswordIsSaidToBeOne(Engine engine) throws Exception {
    try (EngineLab lab = new EngineLab(engine)) {
      AdminIdentity own = lab.identity();
      AdminIdentity wrong =
          new AdminIdentity(
              own.username(),
              Secret.of("wrong"),
              own.caPem(),
              own.certificatePem(),
              own.privateKeyPem());
      assertUnreachable(
          lab.admin(wrong, CommandGate.open()), lab.start("m-0"), Cause.AUTH, "WRONGPASS");
    }
  }

  /** The first handshake of a JVM may take longer than the timeout: that alone is asked again. */
  private static void assertUnreachable(
      EngineAdmin admin, EngineProcess server, Cause cause, String says) {
    Attempts.until(
        () ->
            !(admin.inspect(server.address(), Set.of()) instanceof Unreachable<?> u
                && u.cause() == Cause.TIMEOUT),
        "an answer in time");
    assertThat(admin.inspect(server.address(), Set.of()))
        .isInstanceOfSatisfying(
            Unreachable.class,
            u -> {
              assertThat(u.cause()).as(u.message()).isEqualTo(cause);
              assertThat(u.message()).contains(says);
            });
  }

  @ParameterizedTest
  @EnumSource
  void theHandshakeOfTheKeptConnectionIsTheEvidence(Engine engine) throws Exception {
    try (EngineLab lab = new EngineLab(engine)) {
      KeyPairPem certificate = lab.member("m-0");
      EngineProcess server = lab.start("m-0", certificate, AclFile.render(lab.users()));
      EngineAdmin admin = lab.admin();
      EngineLab.view(admin, server);

      TlsEvidence evidence = admin.tls(server.address()).ok().orElseThrow();

      CertificateView expected = CertificateView.parse(certificate.certificatePem());
      assertThat(evidence.protocol()).isEqualTo("TLSv1.3");
      assertThat(evidence.fingerprint()).isEqualTo(expected.fingerprint());
      assertThat(evidence.notAfter()).isEqualTo(expected.notAfter());
    }
  }
}
