package dev.cachecluster.lettucewriter;

/**
 * Finds the longest time between two acknowledgements, in nanoseconds of {@link System#nanoTime}.
 */
final class GapTracker {
  private long last;
  private long longest;
  private long longestFrom;

  /** A first acknowledgement that comes late is a gap, too. */
  GapTracker(long start) {
    this.last = start;
    this.longestFrom = start;
  }

  /** May be called slightly out of order by parallel writers; only forward steps count. */
  void acknowledged(long at) {
    long gap = at - last;
    if (gap < 0) {
      return;
    }
    if (gap > longest) {
      longest = gap;
      longestFrom = last;
    }
    last = at;
  }

  long longest() {
    return longest;
  }

  /** When the longest gap began. */
  long longestFrom() {
    return longestFrom;
  }
}
