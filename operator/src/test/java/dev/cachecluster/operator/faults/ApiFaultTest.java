package dev.cachecluster.operator.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachecluster.operator.faults.Tap.Trouble;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The API answers with errors, late, or with nonsense. The operator gets on when that ends, and
 * takes an error for nothing but an error: not for an absence, and not for a reason to move the
 * primary.
 */
class ApiFaultTest {
  private static final int TROUBLED_ROUNDS = 25;

  /**
   * Which requests get into trouble: every nth. In short form fewer, and of those the eighth that
   * the seed draws.
   */
  private static final List<Integer> EVERY = ShortForm.FULL ? List.of(1, 2, 3, 5) : List.of(1, 3);

  private static final Set<Trouble> PASSING = EnumSet.complementOf(EnumSet.of(Trouble.FORBIDDEN));

  private final Quiet quiet = Quiet.begin();

  @AfterEach
  void loud() {
    quiet.end();
  }

  private static void every(World world, int nth, Trouble trouble) {
    var requests = new AtomicInteger();
    world.tap.trouble(
        _ -> requests.incrementAndGet() % nth == 0 ? Optional.of(trouble) : Optional.empty());
  }

  private static World prepared(Scenario scenario) {
    var world = new World(1);
    scenario.prepare(world);
    return world;
  }

  private static Stream<String> destructive(List<String> writes) {
    return writes.stream()
        .filter(write -> write.startsWith("DELETE") || write.startsWith("REPLICAOF"));
  }

  @ParameterizedTest
  @EnumSource
  void comesToTheSameEndWhenTheTroubleIsOver(Scenario scenario) {
    var began = System.nanoTime();
    var prepared = prepared(scenario);
    var reference = prepared.fork();
    int before = reference.tap.writes().size();
    scenario.begin(reference);
    reference.round();
    Scenario.settle(reference);
    long roles =
        destructive(reference.tap.writes().subList(before, reference.tap.writes().size())).count();
    var rows =
        PASSING.stream()
            .flatMap(trouble -> EVERY.stream().map(nth -> new Row(trouble, nth)))
            .toList();
    var told = ShortForm.part(rows, 8, scenario.name().hashCode()).toList();
    var failures =
        told.parallelStream()
            .flatMap(row -> troubled(prepared, scenario, row, reference, roles).stream())
            .toList();
    System.out.printf(
        "%s: %d of %d troubles at every nth request of %s%s, %d failures, %d ms%n",
        scenario,
        told.size(),
        rows.size(),
        EVERY,
        ShortForm.told(),
        failures.size(),
        (System.nanoTime() - began) / 1_000_000);
    assertThat(failures).isEmpty();
  }

  private record Row(Trouble trouble, int nth) {}

  private static Optional<String> troubled(
      World prepared, Scenario scenario, Row row, World reference, long roles) {
    var world = prepared.fork();
    try {
      every(world, row.nth(), row.trouble());
      scenario.begin(world);
      IntStream.range(0, TROUBLED_ROUNDS).forEach(_ -> world.round());
      assertThat(world.tap.troubled).as("requests in trouble").isPositive();
      world.tap.calm();
      // What was settled before is not settled now: who leads well may be about to hand over.
      world.round();
      Scenario.settle(world);
      assertThat(Canonical.of(world.api)).isEqualTo(Canonical.of(reference.api));
      assertThat(world.servers.overwritten).as("keys lost").isEmpty();
      assertThat(world.servers.splits).as("two primaries").isEmpty();
      assertThat(world.servers.refused).as("refused handshakes").isEmpty();
      // Each role given twice would be seen here: an error must not become a reason to give one
      // again.
      assertThat(
              destructive(world.tap.writes())
                  .filter(write -> write.startsWith("REPLICAOF NO ONE"))
                  .count())
          .isLessThanOrEqualTo(Math.max(1, roles));
      return Optional.empty();
    } catch (AssertionError | RuntimeException e) {
      return Optional.of(row.trouble() + " at every " + row.nth() + ". request: " + e);
    }
  }

  @Test
  void aPrimaryThatIsFineStaysPrimaryWhateverTheApiSays() {
    var prepared = prepared(Scenario.PRIMARY_KILLED);
    var failures =
        Arrays.stream(Trouble.values())
            .flatMap(
                trouble ->
                    Stream.of("", "Pod", "StatefulSet", "Secret", "ConfigMap")
                        .flatMap(hidden -> atRest(prepared, trouble, hidden).stream()))
            .toList();
    assertThat(failures).isEmpty();
  }

  /**
   * Caches that show nothing, and an API that cannot be asked: absence is never taken from that.
   */
  private static Optional<String> atRest(World prepared, Trouble trouble, String hidden) {
    var world = prepared.fork();
    try {
      var primary = world.servers.writable().getFirst();
      world.view.hide(hidden);
      every(world, 1, trouble);
      IntStream.range(0, TROUBLED_ROUNDS).forEach(_ -> world.round());
      world.view.hide("");
      world.tap.calm();
      Scenario.settle(world);
      assertThat(world.servers.writable()).containsExactly(primary);
      assertThat(destructive(world.tap.writes())).isEmpty();
      assertThat(world.api.history("DELETED")).isEqualTo(prepared.api.history("DELETED"));
      return Optional.empty();
    } catch (AssertionError | RuntimeException e) {
      return Optional.of(trouble + ", caches without " + hidden + ": " + e);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "configmaps",
        "secrets",
        "services",
        "statefulsets",
        "networkpolicies",
        "poddisruptionbudgets",
        "pods"
      })
  void saysWhatItMayNotDoAndGoesOnWhenItMay(String plural) {
    var world = new World(1);
    world.tap.trouble(
        request ->
            request.isWrite() && request.path().contains("/" + plural)
                ? Optional.of(Trouble.FORBIDDEN)
                : Optional.empty());
    Scenario.CREATE.begin(world);

    IntStream.range(0, TROUBLED_ROUNDS).forEach(_ -> world.round());

    assertThat(quiet.lines())
        .as("the log")
        .anyMatch(line -> line.contains("forbidden") && line.contains(plural));
    assertThat(world.condition("Ready"))
        .as("Ready while " + plural + " may not be written")
        .isNotEqualTo("True");
    world.tap.calm();
    Scenario.settle(world);
  }
}
