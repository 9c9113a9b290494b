package dev.cachecluster.operator.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Many random stories; in short form twelve, others for each seed of {@link ShortForm}. {@code
 * -Dsimulation.seeds=FROM-TO} tells others, and one alone if both are equal.
 */
class SimulationTest {
  private static final int SHORT = 12;
  private static final String SEEDS =
      ShortForm.FULL
          ? "1-96"
          : "%d-%d".formatted(ShortForm.SEED * SHORT + 1, ShortForm.SEED * SHORT + SHORT);

  private final Quiet quiet = Quiet.begin();

  @AfterEach
  void loud() {
    quiet.end();
  }

  @Test
  void neverTwoPrimariesNeverAConfirmedKeyLostAlwaysRecovers() {
    var range = System.getProperty("simulation.seeds", SEEDS).split("-", 2);
    var began = System.nanoTime();
    var seeds = LongStream.rangeClosed(Long.parseLong(range[0]), Long.parseLong(range[1]));

    var failures =
        seeds
            .parallel()
            .mapToObj(seed -> new Simulation(seed).run())
            .flatMap(Optional::stream)
            .toList();

    System.out.printf(
        "simulation of seeds %s-%s: %d failures, %d ms%n",
        range[0], range[1], failures.size(), (System.nanoTime() - began) / 1_000_000);
    assertThat(failures).isEmpty();
  }
}
