package dev.cachecluster.operator.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The operator's process ends at every single write, before it, in it and after it; the next one comes
 * to the same end, and has made nothing twice.
 */
class CrashMatrixTest {
  private static final int PATIENCE = 120;

  /** What happens to a cluster. */
  enum Scenario {
    CREATE {
      @Override
      void begin(World world) {
        world.createCluster(2);
      }
    },
    PRIMARY_KILLED {
      @Override
      void prepare(World world) {
        CREATE.begin(world);
        settle(world);
        IntStream.range(0, 10).forEach(i -> world.servers.writable().getFirst().write("k" + i));
        world.let(Duration.ofSeconds(1));
      }

      @Override
      void begin(World world) {
        world.servers.kill(world.servers.writable().getFirst());
      }
    },
    TEMPLATE_CHANGED {
      @Override
      void prepare(World world) {
        PRIMARY_KILLED.prepare(world);
      }

      @Override
      void begin(World world) {
        world.changeMemory("128Mi");
      }
    };

    void prepare(World world) {}

    abstract void begin(World world);

    static void settle(World world) {
      assertThat(world.until(world::isSettled, PATIENCE)).as(world::report).isNotNegative();
    }
  }

  @BeforeAll
  static void quiet() {
    Quiet.begin();
  }

  @AfterAll
  static void loud() {
    Quiet.end();
  }

  /** How a scenario ends. */
  private record End(Map<String, String> state, Map<String, Integer> made, Map<String, Integer> deleted, List<String> writes) {}

  private static End run(World world, Scenario scenario, Runnable plan) {
    scenario.prepare(world);
    int before = world.tap.writes().size();
    plan.run();
    scenario.begin(world);
    // One round before the first look: what was settled before is not settled now.
    world.round();
    Scenario.settle(world);
    var writes = world.tap.writes();
    IntStream.range(0, 3).forEach(_ -> world.round());
    assertThat(world.tap.writes().subList(writes.size(), world.tap.writes().size())).as("writes at rest").isEmpty();
    assertThat(world.servers.overwritten).as("keys lost by a copy").isEmpty();
    if (scenario != Scenario.CREATE) {
      assertThat(world.servers.writable().getFirst().keys).as("keys of the primary").hasSize(10);
    }
    return new End(Canonical.of(world.api), counts(world, "ADDED"), counts(world, "DELETED"), writes.subList(before, writes.size()));
  }

  private static Map<String, Integer> counts(World world, String type) {
    var counts = new TreeMap<>(world.api.history(type));
    counts.keySet().removeIf(key -> key.startsWith("Event/"));
    return counts;
  }

  @ParameterizedTest
  @EnumSource
  void everyCrashComesToTheSameEnd(Scenario scenario) {
    End reference;
    try (var world = new World(1)) {
      reference = run(world, scenario, () -> {});
    }
    var began = System.nanoTime();
    var failures = new ArrayList<String>();
    int runs = 0;
    for (int write = 1; write <= reference.writes().size(); write++) {
      for (var point : Tap.Point.values()) {
        runs++;
        var where = point + " at write " + write + ", " + reference.writes().get(write - 1);
        try (var world = new World(1)) {
          int at = write;
          compare(reference, run(world, scenario, () -> world.tap.crashAt(at, point)));
        } catch (AssertionError | RuntimeException e) {
          failures.add(where + ": " + e);
        }
      }
    }
    System.out.printf(
        "%s: %d writes, %d crashes, %d failures, %d ms%n",
        scenario, reference.writes().size(), runs, failures.size(), (System.nanoTime() - began) / 1_000_000);
    assertThat(reference.writes()).as("writes of the scenario").hasSizeGreaterThan(5);
    assertThat(failures).isEmpty();
  }

  private static void compare(End reference, End end) {
    assertThat(end.state()).isEqualTo(reference.state());
    assertThat(end.made()).as("objects made").isEqualTo(reference.made());
    assertThat(end.deleted()).as("objects deleted").isEqualTo(reference.deleted());
  }
}
