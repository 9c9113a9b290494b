package dev.cachecluster.lettucewriter;

import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A run of writes.
 *
 * @param run name of the run, part of every key: keys left over from an earlier run prove nothing
 * @param rate writes a second, all workers together
 * @param length how long to write
 * @param freshEvery every second worker opens a new connection for every so many of its writes; 0
 *     means never
 * @param verifyAfter the pause before everything acknowledged is read back
 * @param verifyWithin limit of the reading back while the cache cannot be reached
 */
record Load(
    String prefix,
    String run,
    int workers,
    int rate,
    Duration length,
    int freshEvery,
    Duration verifyAfter,
    Duration verifyWithin) {
  private static final int MAX_WORKERS = 256;
  private static final int MAX_RATE = 100_000;

  /** Their numbers fit into the image's heap, also while the list of them grows. */
  static final int MAX_WRITES = 5_000_000;

  /** Refuses what would not end or not fit into memory. */
  Load {
    if (workers < 1 || workers > MAX_WORKERS) {
      throw new UsageException("--workers " + workers + " is not between 1 and " + MAX_WORKERS);
    }
    if (rate < 1 || rate > MAX_RATE) {
      throw new UsageException("--rate " + rate + " is not between 1 and " + MAX_RATE);
    }
    if (length.isZero()) {
      throw new UsageException("--for 0s is not a positive time");
    }
    if (length.toMillis() / 1000.0 * rate > MAX_WRITES) {
      throw new UsageException(
          "--rate %d for %s are more than %d writes, which this program would have to remember"
              .formatted(rate, GoDuration.text(length), MAX_WRITES));
    }
    if (freshEvery < 0) {
      throw new UsageException("--fresh-connections must not be negative");
    }
  }

  /** The key of a numbered write. Its value is the number. */
  String key(long number) {
    return prefix + run + ":" + number;
  }

  /** Whether a worker's write of this number (from 0) starts with a new connection. */
  boolean freshFor(int worker, long write) {
    return freshEvery > 0 && worker % 2 == 1 && write > 0 && write % freshEvery == 0;
  }

  /** A name that no other run has. */
  static String newRun() {
    return HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
  }
}
