package dev.cachecluster.operator.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PromoteAndFollowTest {

  @ParameterizedTest
  @EnumSource
  void aReplicaFollowsThePrimaryItIsTold(Engine engine) throws Exception {
    try (EngineLab lab = new EngineLab(engine)) {
      EngineAdmin admin = lab.admin();
      EngineProcess primary = lab.start("m-0");
      EngineProcess replica = lab.start("m-1");
      EngineLab.lead(admin, primary, replica);
      lab.application(primary).call("SET", "k", "v");

      ServerView led = EngineLab.awaitState(admin, replica, v -> v.keys() == 1);

      ServerView leads = EngineLab.view(admin, primary);
      assertThat(led.role())
          .isInstanceOfSatisfying(
              Role.Replica.class,
              r -> {
                assertThat(r.primaryPort()).isEqualTo(primary.port());
                assertThat(r.linkDownSeconds()).isEqualTo(-1);
                assertThat(r.lastIoSeconds()).isNotNegative();
              });
      assertThat(leads.role())
          .isInstanceOfSatisfying(
              Role.Primary.class,
              p -> {
                assertThat(p.replicas()).hasSize(1);
                assertThat(p.replicas().getFirst().port()).isEqualTo(replica.port());
                assertThat(p.replicas().getFirst().state()).isEqualTo("online");
              });
      assertThat(led.history().replid()).isEqualTo(leads.history().replid());
      assertThat(led.history().isPrefixOf(leads.history())).isTrue();
      assertThat(leads.syncFull()).isEqualTo(1);
      assertThat(lab.application(replica).call("GET", "k")).isEqualTo("v");
    }
  }

  @ParameterizedTest
  @EnumSource
  void thePromotedJoinsTheLineageItCameFromAndAStrangerDoesNot(Engine engine) throws Exception {
    try (EngineLab lab = new EngineLab(engine)) {
      EngineAdmin admin = lab.admin();
      EngineProcess primary = lab.start("m-0");
      EngineProcess replica = lab.start("m-1");
      EngineProcess stranger = lab.start("m-2");
      EngineLab.lead(admin, primary, replica);
      EngineLab.lead(admin, stranger);
      lab.application(primary).call("SET", "k", "v");
      EngineLab.awaitState(admin, replica, v -> v.keys() == 1);
      History before = EngineLab.view(admin, primary).history();

      EngineLab.done(admin.promote(replica.address()));

      History promoted = EngineLab.view(admin, replica).history();
      assertThat(promoted.replid()).isNotEqualTo(before.replid());
      assertThat(promoted.joins(before.replid(), before.offset())).isTrue();
      assertThat(EngineLab.view(admin, stranger).history().joins(before.replid(), 0)).isFalse();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aPrimaryWithoutItsReplicaStopsTakingWrites(Engine engine) throws Exception {
    try (EngineLab lab = new EngineLab(engine)) {
      EngineAdmin admin = lab.admin();
      EngineProcess primary = lab.start("m-0");
      EngineProcess replica = lab.start("m-1");
      EngineLab.lead(admin, primary, replica);
      Map<String, String> fence =
          Map.of(
              "min-replicas-to-write",
              "1",
              "min-replicas-max-lag",
              "2",
              "repl-ping-replica-period",
              "1");
      EngineLab.done(admin.configure(primary.address(), fence));
      assertThat(EngineLab.view(admin, primary, fence.keySet().toArray(String[]::new)).config())
          .isEqualTo(fence);
      RespClient writer = lab.application(primary);
      Attempts.until(
          () -> "OK".equals(writer.call("SET", "before", "v")), "a write with its replica there");

      replica.freeze();

      Attempts.until(() -> refusal(writer).startsWith("NOREPLICAS"), "the fence to close");
      replica.thaw();
      Attempts.until(() -> "OK".equals(writer.call("SET", "after", "v")), "the fence to open");
    }
  }

  private static String refusal(RespClient writer) throws Exception {
    try {
      return String.valueOf(writer.call("SET", "during", "v"));
    } catch (RespClient.ErrorReply e) {
      return String.valueOf(e.getMessage());
    }
  }

  @ParameterizedTest
  @EnumSource
  void settingsChangeAllOrNoneAndNoneThatWouldOpenAServer(Engine engine) throws Exception {
    try (EngineLab lab = new EngineLab(engine)) {
      EngineAdmin admin = lab.admin();
      EngineProcess server = lab.start("m-0");
      EngineLab.view(admin, server);

      assertThat(
              admin.configure(
                  server.address(), Map.of("maxmemory", "32mb", "min-replicas-max-lag", "-7")))
          .isInstanceOf(Answer.Refused.class);
      assertThat(EngineLab.view(admin, server, "maxmemory").config())
          .containsEntry("maxmemory", "67108864");

      assertThat(admin.configure(server.address(), Map.of("port", "6379")))
          .isInstanceOf(Answer.Refused.class);
      assertThat(admin.configure(server.address(), Map.of("requirepass", "x")))
          .isInstanceOf(Answer.Refused.class);
      assertThat(EngineLab.view(admin, server, "port").config()).containsEntry("port", "0");
    }
  }
}
