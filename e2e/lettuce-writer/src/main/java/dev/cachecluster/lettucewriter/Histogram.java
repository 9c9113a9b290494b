package dev.cachecluster.lettucewriter;

import java.util.concurrent.TimeUnit;

/** Keeps durations in buckets of 1/32 of a power of two: 3 % exact, bounded in size. */
final class Histogram {
  private static final int SUB_BUCKET_BITS = 5;
  private static final int SUB_BUCKETS = 1 << SUB_BUCKET_BITS;

  private final long[] buckets = new long[Long.SIZE * SUB_BUCKETS];
  private long count;

  static int bucketOf(long nanos) {
    long micros = Math.max(TimeUnit.NANOSECONDS.toMicros(nanos), 0);
    if (micros < SUB_BUCKETS) {
      return (int) micros;
    }
    int exponent = Long.SIZE - Long.numberOfLeadingZeros(micros) - SUB_BUCKET_BITS - 1;
    return (exponent + 1) * SUB_BUCKETS + (int) (micros >> exponent) - SUB_BUCKETS;
  }

  /** The shortest duration of a bucket, in microseconds. */
  static long startOf(int bucket) {
    if (bucket < SUB_BUCKETS) {
      return bucket;
    }
    int exponent = bucket / SUB_BUCKETS - 1;
    return (long) (bucket % SUB_BUCKETS + SUB_BUCKETS) << exponent;
  }

  void add(long nanos) {
    buckets[bucketOf(nanos)]++;
    count++;
  }

  /**
   * The duration in microseconds that the share q of all does not exceed; zero if there is none.
   */
  long quantile(double q) {
    long rank = (long) (q * (count - 1)) + 1;
    for (int bucket = 0; bucket < buckets.length && count > 0; bucket++) {
      rank -= buckets[bucket];
      if (rank <= 0) {
        return startOf(bucket);
      }
    }
    return 0;
  }
}
