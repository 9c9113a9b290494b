package dev.cachecluster.lettucewriter;

import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Counts what happened to the writes of a run. Times are those of {@link System#nanoTime}. */
final class Tally {
  private final long start;
  private final GapTracker gaps;
  private final Histogram latency = new Histogram();
  private final ErrorCounts failures = new ErrorCounts();
  private final ErrorCounts retries = new ErrorCounts();
  private long attempts;
  private long[] acked = new long[1024];
  private int ackedCount;

  Tally(long start) {
    this.start = start;
    this.gaps = new GapTracker(start);
  }

  synchronized void acknowledged(long number, long began, long ended) {
    attempts++;
    if (ackedCount == acked.length) {
      acked = Arrays.copyOf(acked, acked.length + acked.length / 2);
    }
    acked[ackedCount++] = number;
    gaps.acknowledged(ended);
    latency.add(ended - began);
  }

  synchronized void failed(Throwable error) {
    attempts++;
    failures.add(error);
  }

  /** A try that failed and was followed by another. */
  synchronized void retried(Throwable error) {
    retries.add(error);
  }

  /** Ends the run: time without any acknowledgement up to its end is a gap as well. */
  synchronized void finish(long end) {
    gaps.acknowledged(end);
  }

  /** The numbers of the acknowledged writes. */
  synchronized long[] acked() {
    return Arrays.copyOf(acked, ackedCount);
  }

  /** The figures as they stand. */
  record Counts(
      long attempts,
      long acked,
      long failed,
      long longestGapNanos,
      long longestGapFromStart,
      long p50Micros,
      long p99Micros,
      Map<String, Long> failures,
      Map<String, Long> retries) {
    long longestGapMillis() {
      return TimeUnit.NANOSECONDS.toMillis(longestGapNanos);
    }

    long retried() {
      return retries.values().stream().mapToLong(Long::longValue).sum();
    }
  }

  synchronized Counts counts() {
    return new Counts(
        attempts,
        ackedCount,
        failures.total(),
        gaps.longest(),
        gaps.longestFrom() - start,
        latency.quantile(0.5),
        latency.quantile(0.99),
        failures.byText(),
        retries.byText());
  }
}
