package dev.cachecluster.lettucewriter;

import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Hands out the numbers of writes at the rate asked for, to whichever worker comes next. While all
 * of them wait for the server it hands out nothing, and does not catch up later: a burst after an
 * outage would measure the burst.
 */
final class Pacer {
  private static final long LATE = TimeUnit.MILLISECONDS.toNanos(100);

  /** The clock, and the one who may end the run. */
  interface Time {
    long nanos();

    /** Waits this long; true if the run was ended meanwhile or before. */
    boolean endsWithin(long nanos) throws InterruptedException;
  }

  private final Time time;
  private final long interval;
  private final long end;
  // Fair: workers take turns, as they would at a queue.
  private final ReentrantLock turn = new ReentrantLock(true);
  private long due;
  private long number;

  /** Begins now. */
  Pacer(Time time, int rate, long lengthNanos) {
    this.time = time;
    this.interval = TimeUnit.SECONDS.toNanos(1) / rate;
    this.due = time.nanos();
    this.end = due + lengthNanos;
  }

  /** The next number when it is due; nothing once the run is over. */
  OptionalLong next() throws InterruptedException {
    turn.lockInterruptibly();
    try {
      due += interval;
      long now = time.nanos();
      if (now - due > LATE) {
        due = now;
      }
      long wait = Math.clamp(due - now, 0, Math.max(end - now, 0));
      if (time.endsWithin(wait) || time.nanos() - end >= 0) {
        return OptionalLong.empty();
      }
      return OptionalLong.of(number++);
    } finally {
      turn.unlock();
    }
  }
}
