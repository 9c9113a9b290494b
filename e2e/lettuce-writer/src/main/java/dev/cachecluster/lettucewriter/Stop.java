package dev.cachecluster.lettucewriter;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Tells the writing to end before its time, once and for good. */
final class Stop implements Pacer.Time {
  private final CountDownLatch asked = new CountDownLatch(1);

  void now() {
    asked.countDown();
  }

  @Override
  public long nanos() {
    return System.nanoTime();
  }

  @Override
  public boolean endsWithin(long nanos) throws InterruptedException {
    return asked.await(nanos, TimeUnit.NANOSECONDS);
  }
}
