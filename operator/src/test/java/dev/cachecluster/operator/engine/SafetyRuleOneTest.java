package dev.cachecluster.operator.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A member never picks its own role. */
class SafetyRuleOneTest {
  private static final int ROUNDS = 5;

  @ParameterizedTest
  @EnumSource
  @Timeout(value = 120, unit = TimeUnit.SECONDS)
  void aPrimaryWithoutPersistenceThatIsKilledAndComesBackEmptyNeverEmptiesItsReplica(Engine engine)
      throws Exception {
    try (EngineLab lab = new EngineLab(engine)) {
      EngineAdmin admin = lab.admin();
      EngineProcess primary = lab.start("m-0");
      EngineProcess replica = lab.start("m-1");
      EngineLab.lead(admin, primary, replica);
      for (int round = 1; round <= ROUNDS; round++) {
        RespClient writer = lab.application(primary);
        writer.call("SET", "round-" + round, "kept");
        long written = admin.offset(primary.address()).ok().orElseThrow();
        EngineLab.awaitState(admin, replica, v -> v.history().offset() >= written);

        primary.kill();
        primary.start();

        // The replica knows the way back to it, and has had time to take it: it is refused until
        // its link is down for a second.
        assertThat(EngineLab.view(admin, primary).role()).isInstanceOf(Role.Replica.class);
        EngineLab.awaitState(
            admin,
            replica,
            v -> v.role() instanceof Role.Replica r && !r.linkUp() && r.linkDownSeconds() >= 1);
        assertThat(EngineLab.view(admin, replica).keys())
            .as("keys after round %d", round)
            .isEqualTo(round);
        RespClient reader = lab.application(primary);
        assertThatThrownBy(() -> reader.call("GET", "round-1"))
            .hasMessageStartingWith("MASTERDOWN");

        EngineLab.done(admin.promote(replica.address()));
        EngineLab.done(admin.follow(primary.address(), "127.0.0.1", replica.port()));
        EngineLab.awaitLink(admin, primary);
        EngineProcess was = primary;
        primary = replica;
        replica = was;
        assertThat(EngineLab.view(admin, replica).keys()).isEqualTo(round);
      }
      RespClient reader = lab.application(primary);
      for (int round = 1; round <= ROUNDS; round++) {
        assertThat(reader.call("GET", "round-" + round)).isEqualTo("kept");
      }
    }
  }
}
