package dev.cachecluster.operator.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A write whose answer was lost may stand or not; what was written before it is no guide. */
class LostAnswerTest {
  private final Quiet quiet = Quiet.begin();

  @AfterEach
  void loud() {
    quiet.end();
  }

  @Test
  void aStatusThatStandsUnseenIsCorrected() {
    var world = new World(1);
    world.wishes.createCluster(2);
    Scenario.settle(world);
    var lost = new AtomicInteger();
    world.tap.trouble(
        request ->
            request.path().endsWith("/cacheclusters/cache/status") && lost.getAndIncrement() == 0
                ? Optional.of(Tap.Trouble.ERROR_AFTER_COMMIT)
                : Optional.empty());

    var server = world.servers.of("cache-0-1").orElseThrow();
    server.accessList = server.accessList.replaceFirst("(user _probe .*)", "$1 +info");
    world.round();
    assertThat(lost).hasPositiveValue();
    assertThat(world.condition("CredentialsApplied")).isEqualTo("False");

    world.tap.calm();
    world.let(Duration.ofSeconds(1));
    assertThat(world.until(() -> world.condition("CredentialsApplied").equals("True"), 20))
        .as(world::report)
        .isNotNegative();
  }
}
