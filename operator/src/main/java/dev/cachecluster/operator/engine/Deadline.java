package dev.cachecluster.operator.engine;

import java.time.Duration;

/**
 * The end of one call, measured by the monotonic clock, so that a jump of the wall clock cannot
 * stretch it.
 */
record Deadline(long atNanos) {
  static Deadline in(Duration timeout) {
    return new Deadline(System.nanoTime() + timeout.toNanos());
  }

  long remainingNanos() {
    return Math.max(0, atNanos - System.nanoTime());
  }
}
