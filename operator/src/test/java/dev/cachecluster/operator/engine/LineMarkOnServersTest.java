package dev.cachecluster.operator.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The mark of a line lies in the data, and comes back with it when nobody knows the history. */
class LineMarkOnServersTest {
  private static final LineMark MARK = new LineMark("a".repeat(40), 7, "demo-0-1");
  private static final String APPEND_ONLY = "appendonly yes\nappendfsync everysec\n";
  private static final String SNAPSHOT = "save 3600 1\n";

  @ParameterizedTest
  @EnumSource
  void itComesBackFromAnAppendOnlyFileAfterAKill(Engine engine) throws Exception {
    try (EngineLab lab = new EngineLab(engine)) {
      EngineAdmin admin = lab.admin();
      EngineProcess server = lab.start("m-0");
      server.stop();
      server.keep(APPEND_ONLY);
      server.start();
      EngineLab.view(admin, server);
      EngineLab.done(admin.promote(server.address(), MARK, 0));
      lab.application(server).call("SET", "k", "v");
      String led = EngineLab.view(admin, server).history().replid();

      server.kill();
      server.start();

      ServerView back = EngineLab.awaitState(admin, server, view -> !view.loading());
      assertThat(back.keys()).isEqualTo(1);
      assertThat(back.history().replid()).as("the file has forgotten it").isNotEqualTo(led);
      assertThat(back.role()).isInstanceOf(Role.Replica.class);
      assertThat(admin.mark(server.address()).ok()).contains(Optional.of(MARK));
    }
  }

  @ParameterizedTest
  @EnumSource
  void itComesBackFromASnapshotAfterAStop(Engine engine) throws Exception {
    try (EngineLab lab = new EngineLab(engine)) {
      EngineAdmin admin = lab.admin();
      EngineProcess server = lab.start("m-0");
      server.stop();
      server.keep(SNAPSHOT);
      server.start();
      EngineLab.view(admin, server);
      EngineLab.done(admin.promote(server.address(), MARK, 0));
      lab.application(server).call("SET", "k", "v");

      server.stop();
      server.start();

      ServerView back = EngineLab.awaitState(admin, server, view -> !view.loading());
      assertThat(back.keys()).isEqualTo(1);
      assertThat(admin.mark(server.address()).ok()).contains(Optional.of(MARK));
    }
  }

  @ParameterizedTest
  @EnumSource
  void aReplicaHasItWithTheData(Engine engine) throws Exception {
    try (EngineLab lab = new EngineLab(engine)) {
      EngineAdmin admin = lab.admin();
      EngineProcess primary = lab.start("m-0");
      EngineProcess replica = lab.start("m-1");
      EngineLab.lead(admin, primary, replica);

      EngineLab.done(admin.mark(primary.address(), MARK, 1));
      // A replica that streams is near only once it has acknowledged something.
      RespClient client = lab.application(primary);
      Attempts.until(
          () -> "OK".equals(client.call("SET", "k", "v")),
          "the primary counts its replica as near");
      EngineLab.awaitState(admin, replica, view -> view.keys() == 1);

      assertThat(admin.mark(replica.address()).ok()).contains(Optional.of(MARK));
    }
  }

  @ParameterizedTest
  @EnumSource
  void aClosedFenceDoesNotKeepItOut(Engine engine) throws Exception {
    try (EngineLab lab = new EngineLab(engine)) {
      EngineAdmin admin = lab.admin();
      EngineProcess primary = lab.start("m-0");
      EngineLab.lead(admin, primary);
      EngineLab.done(admin.configure(primary.address(), Map.of("min-replicas-to-write", "1")));

      EngineLab.done(admin.mark(primary.address(), MARK, 1));

      assertThat(admin.mark(primary.address()).ok()).contains(Optional.of(MARK));
      assertThat(
              EngineLab.view(admin, primary, "min-replicas-to-write")
                  .config()
                  .get("min-replicas-to-write"))
          .isEqualTo("1");
      assertThatThrownBy(() -> lab.application(primary).call("SET", "k", "v"))
          .hasMessageContaining("NOREPLICAS");
    }
  }

  @ParameterizedTest
  @EnumSource
  void theNextLeaderWritesItsOwn(Engine engine) throws Exception {
    try (EngineLab lab = new EngineLab(engine)) {
      EngineAdmin admin = lab.admin();
      EngineProcess server = lab.start("m-0");
      EngineLab.view(admin, server);
      assertThat(admin.mark(server.address()).ok()).contains(Optional.empty());
      EngineLab.done(admin.promote(server.address(), MARK, 0));
      LineMark next = new LineMark(MARK.line(), 8, "demo-0-0");

      EngineLab.done(admin.mark(server.address(), next, 0));

      assertThat(admin.mark(server.address()).ok()).contains(Optional.of(next));
    }
  }
}
