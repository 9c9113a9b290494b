package dev.cachecluster.lettucewriter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lettuce.core.KillArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whom it lets answer, as whom it comes, and what the program says of it. */
@Timeout(60)
class ConnectionTest {
  private final Path scratch;

  ConnectionTest(@TempDir Path scratch) {
    this.scratch = scratch;
  }

  @Test
  void roundTripSaysHowItWasProtected() throws IOException {
    try (TestServer server = new TestServer(scratch)) {
      Run run = Run.at(server, "--roundtrip");
      run.assertCode().isZero();
      assertThat(run.out())
          .contains("TLS 1.3, TLS_AES_", "cache.test verified (subject server)")
          .containsPattern("primary's history: [0-9a-f]{40};")
          .contains("Lettuce on EpollSocketChannel");
    }
  }

  @Test
  void serverOfAnotherNameIsRefused() throws IOException {
    try (TestServer server = new TestServer(scratch)) {
      Files.writeString(server.binding().resolve("host"), "other.test");
      Run run = Run.at(server, "--roundtrip");
      run.assertCode().isEqualTo(1);
      assertThat(run.progress()).contains("other.test");
    }
  }

  @Test
  void serverOfAnotherAuthorityIsRefused() throws IOException {
    try (TestServer server = new TestServer(scratch)) {
      new TestAuthority().writeCertificate(server.binding().resolve("ca.crt"));
      Run run = Run.at(server, "--roundtrip");
      run.assertCode().isEqualTo(1);
      assertThat(run.progress()).contains("Signature does not match");
    }
  }

  @Test
  void olderTlsIsNotSpoken() throws IOException {
    try (TestServer server = new TestServer(scratch, "TLSv1.2")) {
      Run run = Run.at(server, "--roundtrip");
      run.assertCode().isEqualTo(1);
      assertThat(run.progress()).contains("protocol");
    }
  }

  /** The reconnect is Lettuce's own: nobody asks the application for the password again. */
  @Test
  void rotatedPasswordIsTakenUpByTheNextConnection() throws IOException {
    try (TestServer server = new TestServer(scratch);
        CacheClient client = new CacheClient(server.target());
        CacheClient other = new CacheClient(server.target());
        StatefulRedisConnection<String, String> kept = client.connect()) {
      assertThat(kept.sync().ping()).isEqualTo("PONG");
      try (StatefulRedisConnection<String, String> admin = other.connect()) {
        setPassword(admin, "rotated");
        Files.writeString(server.binding().resolve("password"), "rotated\n");
        var _ = admin.sync().clientKill(KillArgs.Builder.typeNormal().skipme());
      }
      assertThat(kept.sync().ping()).as("on a new connection").isEqualTo("PONG");
    }
  }

  @Test
  void renewedCertificatesAreTakenUpByTheNextConnection() throws IOException {
    try (TestServer server = new TestServer(scratch);
        CacheClient client = new CacheClient(server.target())) {
      new TestAuthority().issue(server.binding(), "tls", Optional.empty());
      assertThatThrownBy(client::connect).as("a stranger's certificate").isNotNull();
      server.authority().issue(server.binding(), "tls", Optional.empty());
      client.connect().close();
      new TestAuthority().writeCertificate(server.binding().resolve("ca.crt"));
      assertThatThrownBy(client::connect).as("a stranger's authority").isNotNull();
      server.authority().writeCertificate(server.binding().resolve("ca.crt"));
      client.connect().close();
    }
  }

  @Test
  void reconnectsSoonAndKeepsTrying() {
    for (int attempt = 1; attempt <= 200; attempt++) {
      assertThat(CacheClient.reconnectDelay().createDelay(attempt))
          .as("attempt " + attempt)
          .isBetween(Duration.ofMillis(2), Duration.ofMillis(attempt == 1 ? 4 : 500));
    }
  }

  private static void setPassword(StatefulRedisConnection<String, String> admin, String password) {
    var _ =
        admin
            .sync()
            .dispatch(
                CommandType.ACL,
                new StatusOutput<>(StringCodec.UTF8),
                new CommandArgs<>(StringCodec.UTF8)
                    .add("SETUSER")
                    .add(TestServer.USER)
                    .add("resetpass")
                    .add(">" + password));
  }
}
