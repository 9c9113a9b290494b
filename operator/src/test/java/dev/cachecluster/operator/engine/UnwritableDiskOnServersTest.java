package dev.cachecluster.operator.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A disk that takes no snapshot: what clients, the kubelet's probe and the operator are told. The
 * place of the snapshot is taken by a directory, which stops any user.
 */
class UnwritableDiskOnServersTest {
  private static final LineMark MARK = new LineMark("a".repeat(40), 7, "demo-0-1");

  @ParameterizedTest
  @EnumSource
  void aPrimaryThatCannotSaveIsReadAndSaysSoUntilItCan(Engine engine) throws Exception {
    try (EngineLab lab = new EngineLab(engine)) {
      EngineAdmin admin = lab.admin();
      EngineProcess server = lab.start("m-0");
      server.stop();
      server.keep("save 1 1\nstop-writes-on-bgsave-error yes\n");
      server.start();
      EngineLab.view(admin, server);
      EngineLab.done(admin.promote(server.address()));
      Path obstacle = Files.createDirectories(Path.of(server.path("dump.rdb")));
      RespClient client = lab.application(server);
      client.call("SET", "k", "v");

      EngineLab.awaitState(admin, server, view -> !view.saves());

      assertThatThrownBy(() -> client.call("SET", "k", "w"))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("MISCONF");
      assertThat(client.call("GET", "k")).isEqualTo("v");
      assertThatThrownBy(() -> client.call("PING"))
          .as("why readiness does not ask this")
          .hasMessageContaining("MISCONF");
      assertThat(String.valueOf(client.call("DBSIZE"))).contains("1");
      assertThat(admin.mark(server.address(), MARK, 0)).isInstanceOf(Answer.Refused.class);

      Files.delete(obstacle);
      EngineLab.awaitState(admin, server, ServerView::saves);
      client.call("SET", "k", "w");
    }
  }
}
