package dev.cachecluster.operator.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachecluster.operator.mockapi.ApiRequest;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A pod is replaced between the look at it and the write to it. */
class ReplacedPodTest {
  private static final String PODS = "/api/v1/namespaces/" + World.NAMESPACE + "/pods/";

  private final Quiet quiet = Quiet.begin();

  @AfterEach
  void loud() {
    quiet.end();
  }

  @Test
  void aWriteMeantForItsPredecessorIsNoReasonToCallAPerson() {
    var world = new World(1);
    var replaced = new AtomicBoolean();
    world.tap.trouble(
        request -> {
          if (request.method().equals("PATCH")
              && request.path().startsWith(PODS)
              && !replaced.getAndSet(true)) {
            var pod = request.path().replace("/status", "");
            world.api.handle(
                new ApiRequest(
                    "DELETE", pod, Map.of(), "application/json", "{\"gracePeriodSeconds\": 0}"));
            world.cluster.step();
          }
          return Optional.empty();
        });
    world.wishes.createCluster(2);

    assertThat(world.until(replaced::get, Scenario.PATIENCE)).as(world::report).isNotNegative();

    assertThat(world.condition("Stalled")).as(world::report).isEqualTo("False");
    Scenario.settle(world);
  }
}
