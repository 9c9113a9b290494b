package dev.cachecluster.operator.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The operator's process ends at every single write, before it, in it and after it; the next one
 * comes to the same end, and has made nothing twice.
 *
 * <p>In full ({@code make faults}) at all three points of each write. In short form the seed draws
 * one point of each, and of scenarios other than the creation {@value #SHORT} writes.
 */
class CrashMatrixTest {
  private static final int SHORT = 16;
  private final Quiet quiet = Quiet.begin();

  @AfterEach
  void loud() {
    quiet.end();
  }

  /** How a scenario ends. */
  private record End(
      Map<String, String> state, Map<String, Integer> made, Map<String, Integer> deleted) {}

  /**
   * A run without crashes.
   *
   * @param stages the world before each round, by the number of writes before it
   */
  private record Reference(End end, List<String> writes, TreeMap<Integer, World> stages) {}

  private static Reference reference(Scenario scenario) {
    var world = new World(1);
    scenario.prepare(world);
    int before = world.tap.writes().size();
    scenario.begin(world);
    var stages = new TreeMap<Integer, World>();
    // One round before the first look: what was settled before is not settled now.
    for (int rounds = 0; rounds == 0 || !world.isProven(); rounds++) {
      assertThat(rounds).as(world::report).isLessThan(Scenario.PATIENCE);
      var stage = world.fork();
      world.enter();
      stages.putIfAbsent(world.tap.writes().size() - before, stage);
      world.round();
    }
    var writes = world.tap.writes();
    return new Reference(end(world, scenario), writes.subList(before, writes.size()), stages);
  }

  private static End end(World world, Scenario scenario) {
    var writes = world.tap.writes().size();
    IntStream.range(0, 3).forEach(_ -> world.round());
    assertThat(world.tap.writes().subList(writes, world.tap.writes().size()))
        .as("writes at rest")
        .isEmpty();
    assertThat(world.servers.overwritten).as("keys lost by a copy").isEmpty();
    assertThat(world.servers.refused).as("refused handshakes").isEmpty();
    assertThat(world.servers.writable().getFirst().keys)
        .as("keys of the primary")
        .hasSize(scenario.keys());
    return new End(Canonical.of(world.api), counts(world, "ADDED"), counts(world, "DELETED"));
  }

  private static Map<String, Integer> counts(World world, String type) {
    var counts = new TreeMap<>(world.api.history(type));
    counts.keySet().removeIf(key -> key.startsWith("Event/"));
    return counts;
  }

  @ParameterizedTest
  @EnumSource
  void everyCrashComesToTheSameEnd(Scenario scenario) {
    var reference = reference(scenario);
    var began = System.nanoTime();
    var crashes = crashes(scenario, reference.writes().size());
    var failures =
        crashes.parallelStream()
            .flatMap(each -> crash(scenario, reference, each.write(), each.point()).stream())
            .toList();
    System.out.printf(
        "%s: %d writes, %d crashes%s, %d failures, %d ms%n",
        scenario,
        reference.writes().size(),
        crashes.size(),
        ShortForm.told(),
        failures.size(),
        (System.nanoTime() - began) / 1_000_000);
    assertThat(reference.writes()).as("writes of the scenario").hasSizeGreaterThan(5);
    assertThat(failures).isEmpty();
  }

  private record Crash(int write, Tap.Point point) {}

  private static List<Crash> crashes(Scenario scenario, int writes) {
    var random = new Random(ShortForm.SEED);
    var points = Tap.Point.values();
    var all =
        IntStream.rangeClosed(1, writes)
            .boxed()
            .flatMap(
                write ->
                    ShortForm.FULL
                        ? Arrays.stream(points).map(point -> new Crash(write, point))
                        : Stream.of(new Crash(write, points[random.nextInt(points.length)])))
            .collect(Collectors.toCollection(ArrayList::new));
    if (ShortForm.FULL || scenario == Scenario.CREATE) {
      return all;
    }
    Collections.shuffle(all, random);
    return all.subList(0, Math.min(SHORT, all.size()));
  }

  /** What went wrong in a run that crashed there. */
  private static Optional<String> crash(
      Scenario scenario, Reference reference, int write, Tap.Point point) {
    var stage = Objects.requireNonNull(reference.stages().floorEntry(write - 1));
    var world = stage.getValue().fork();
    world.tap.crashAt(write - stage.getKey(), point);
    var where = point + " at write " + write + ", " + reference.writes().get(write - 1) + ": ";
    try {
      world.round();
      // What was told before the crash may say that all is done, before the next operator has
      // looked.
      world.round();
      Scenario.settle(world);
      compare(reference.end(), end(world, scenario));
    } catch (AssertionError | RuntimeException e) {
      return Optional.of(where + e);
    }
    return world.tap.crashed() ? Optional.empty() : Optional.of(where + "was never reached");
  }

  private static void compare(End reference, End end) {
    var names = new TreeSet<>(reference.state().keySet());
    names.addAll(end.state().keySet());
    // Object by object: of a hundred that are the same nobody wants to read.
    names.forEach(
        name -> assertThat(end.state().get(name)).as(name).isEqualTo(reference.state().get(name)));
    assertThat(end.made()).as("objects made").isEqualTo(reference.made());
    assertThat(end.deleted()).as("objects deleted").isEqualTo(reference.deleted());
  }
}
