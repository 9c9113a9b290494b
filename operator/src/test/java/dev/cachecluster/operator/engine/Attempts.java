package dev.cachecluster.operator.engine;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.Callable;

/** Waits for a condition, with an end; an exception counts as not yet. */
final class Attempts {
  private Attempts() {}

  static void until(Callable<Boolean> condition, String what) {
    await(what)
        .atMost(Duration.ofSeconds(20))
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(10))
        .ignoreExceptions()
        .until(condition);
  }
}
