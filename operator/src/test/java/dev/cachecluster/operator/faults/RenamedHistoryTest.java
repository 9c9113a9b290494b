package dev.cachecluster.operator.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * A primary that was followed by nobody renames its history when its first replica comes. If it
 * ends before the operator has seen the new name, the replica holds all there is under a name that
 * no record knows.
 */
class RenamedHistoryTest {
  private final Quiet quiet = Quiet.begin();

  @AfterEach
  void loud() {
    quiet.end();
  }

  @Test
  void theOnlyCopyIsNotOverwrittenBecauseItsNameIsNew() {
    var world = new World(1);
    world.wishes.createCluster(1);
    assertThat(world.until(() -> isTold(world), Scenario.PATIENCE))
        .as(world::report)
        .isNotNegative();
    // The operator looks away from here on.
    world.let(Duration.ofSeconds(2));
    var primary = world.servers.of("cache-0-0").orElseThrow();
    primary.write("k");
    world.let(Duration.ofSeconds(1));
    assertThat(world.servers.of("cache-0-1").orElseThrow().keys).containsExactly("k");

    world.servers.kill(primary);
    world.let(Duration.ofSeconds(2));

    world.round();
    Scenario.settle(world);
    assertThat(world.servers.writable().getFirst().keys).containsExactly("k");
    assertThat(world.servers.overwritten).isEmpty();
  }

  private static boolean isTold(World world) {
    return world.tap.writes().contains("REPLICAOF cache-0-0-0 on cache-0-1");
  }
}
