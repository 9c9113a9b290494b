package dev.cachecluster.operator.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachecluster.operator.mockapi.ApiRequest;
import dev.cachecluster.operator.mockapi.Kind;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What the probe of the network costs and tells over hours, with an operator that comes and goes.
 */
class NetworkIsolationTest {
  private static final String TYPE = "NetworkIsolated";

  private final Quiet quiet = Quiet.begin();
  private final World world = new World(1);

  @BeforeEach
  void create() {
    world.wishes.createCluster(2);
  }

  @AfterEach
  void loud() {
    quiet.end();
  }

  /** The rounds of a while, with the servers awake before the first. */
  private void later(Duration time) {
    world.clock.advance(time);
    world.let(Duration.ofSeconds(2));
    for (int i = 0; i < 12; i++) {
      world.round();
    }
  }

  private List<String> writesSince(int before) {
    return world.tap.writes().subList(before, world.tap.writes().size());
  }

  private long alarms() {
    return world.api.lookAll(Kind.named("Event")).stream()
        .filter(event -> event.path("reason").asText().equals("NotEnforced"))
        .filter(event -> event.path("type").asText().equals("Warning"))
        .count();
  }

  private int probes() {
    return world.api.history("ADDED").getOrDefault("Pod/cache-probe-inside", 0);
  }

  private String reason() {
    return world.reason(TYPE);
  }

  @Test
  void whatIsProvenIsNotProvenAgainForHoursNorByANewOperator() {
    Scenario.settle(world);
    int before = world.tap.writes().size();
    later(Duration.ofHours(3));
    world.restartOperator();
    later(Duration.ofHours(2));

    assertThat(writesSince(before)).isEmpty();

    later(Duration.ofHours(1));

    assertThat(writesSince(before))
        .as("two pods are made, the time is told, two pods go")
        .hasSize(5)
        .filteredOn(write -> write.contains("/status"))
        .hasSize(1);
    assertThat(world.isProven()).as(world::report).isTrue();
  }

  @Test
  void aNetworkThatIgnoresItsPoliciesIsToldOnceAndServesOn() {
    world.cluster.policiesHold(false);
    assertThat(world.until(() -> world.condition(TYPE).equals("False"), Scenario.PATIENCE))
        .as(world::report)
        .isNotNegative();
    for (int i = 0; i < 3; i++) {
      later(Duration.ofMinutes(16));
    }

    assertThat(probes()).isEqualTo(4);
    assertThat(alarms()).isEqualTo(1);
    assertThat(reason()).isEqualTo("NotEnforced");
    assertThat(world.message(TYPE)).contains("cache-0-0", "the API server", "cache-members");
    assertThat(world.isSettled()).as(world::report).isTrue();

    world.cluster.policiesHold(true);
    later(Duration.ofMinutes(16));

    assertThat(world.isProven()).as(world::report).isTrue();
  }

  @Test
  void podsThatMayNotBeMadeAreTheProbesMatterAndNotTheClusters() {
    world.tap.trouble(
        request ->
            request.isWrite() && request.method().equals("POST") && request.path().endsWith("/pods")
                ? Optional.of(Tap.Trouble.FORBIDDEN)
                : Optional.empty());
    assertThat(world.until(() -> reason().equals("ProbeDidNotRun"), Scenario.PATIENCE))
        .as(world::report)
        .isNotNegative();
    int before = world.tap.writes().size();
    later(Duration.ofMinutes(10));

    assertThat(writesSince(before)).isEmpty();
    assertThat(world.isSettled()).as(world::report).isTrue();
    assertThat(world.condition("Stalled")).isEqualTo("False");
    assertThat(world.message(TYPE)).contains("cache-probe-inside", "quota", "forbidden");

    world.tap.calm();
    later(Duration.ofMinutes(6));

    assertThat(world.isProven()).as(world::report).isTrue();
  }

  private void replaceAMember() {
    world.api.handle(
        ApiRequest.of("DELETE", "/api/v1/namespaces/shop/pods/cache-0-1-0", "", "", ""));
  }

  @Test
  void aReplacedMemberIsNotProvenByWhatWasProvenOfItsPredecessor() {
    Scenario.settle(world);
    replaceAMember();
    assertThat(world.until(() -> reason().equals("ProbePending"), Scenario.PATIENCE))
        .as(world::report)
        .isNotNegative();
    Scenario.settle(world);
    assertThat(probes()).isEqualTo(2);
  }

  @Test
  void whereAUserLetsEverybodyInThereIsNoStranger() {
    Scenario.settle(world);
    world.users.create(
        "everybody",
        "{\"matchExpressions\": [{\"key\": \"app.kubernetes.io/name\", \"operator\": \"Exists\"}]}");
    assertThat(world.until(world::isProven, Scenario.PATIENCE)).as(world::report).isNotNegative();
    replaceAMember();
    assertThat(world.until(() -> reason().equals("ProbeDidNotRun"), Scenario.PATIENCE))
        .as(world::report)
        .isNotNegative();
    later(Duration.ofMinutes(1));

    assertThat(world.message(TYPE)).contains("CacheUser shop/everybody");
    assertThat(probes()).isEqualTo(1);
  }
}
