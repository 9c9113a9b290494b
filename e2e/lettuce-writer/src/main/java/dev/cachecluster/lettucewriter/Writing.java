package dev.cachecluster.lettucewriter;

import dev.cachecluster.lettucewriter.Tally.Counts;
import io.lettuce.core.RedisException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/**
 * The load itself: workers that write numbered keys until their time is over or they are stopped.
 */
final class Writing {
  private final Load load;
  private final CacheClient client;
  private final Stop stop;
  private final PrintStream progress;

  Writing(Load load, CacheClient client, Stop stop, PrintStream progress) {
    this.load = load;
    this.client = client;
    this.stop = stop;
    this.progress = progress;
  }

  /** What came of it, and how long it took. */
  record Outcome(Tally tally, long startMillis, long nanos) {}

  Outcome run() throws InterruptedException {
    List<Session> sessions = new ArrayList<>();
    for (int worker = 0; worker < load.workers(); worker++) {
      sessions.add(new Session(client));
    }
    try {
      warmUp(sessions);
      long startMillis = System.currentTimeMillis();
      long start = stop.nanos();
      Pacer pacer = new Pacer(stop, load.rate(), load.length().toNanos());
      Tally tally = new Tally(start);
      Workers.run(
          load.workers(),
          worker ->
              () -> {
                work(worker, sessions.get(worker), pacer, tally);
                return null;
              },
          () -> report(tally, start));
      long end = stop.nanos();
      tally.finish(end);
      return new Outcome(tally, startMillis, end - start);
    } finally {
      sessions.forEach(Session::close);
    }
  }

  /**
   * Opens the connections before the clock starts and asks each once, as an application that starts
   * does: what a JVM takes to load TLS and Lettuce is no gap of the cache. If it fails, the writes
   * will tell.
   */
  private void warmUp(List<Session> sessions) throws InterruptedException {
    Workers.run(
        sessions.size(),
        worker ->
            () -> {
              try {
                var _ = sessions.get(worker).connection().sync().get(load.key(-1));
              } catch (RedisException e) {
                progress.println("writer: a first connection failed: " + ErrorCounts.text(e));
              }
              return null;
            },
        () -> {});
  }

  /** Finishes the write it has begun even if the run ends meanwhile; the timeouts bound it. */
  private void work(int worker, Session session, Pacer pacer, Tally tally)
      throws InterruptedException {
    long write = 0;
    for (OptionalLong next = pacer.next(); next.isPresent(); next = pacer.next()) {
      long number = next.getAsLong();
      if (load.freshFor(worker, write++)) {
        session.renew();
      }
      long began = stop.nanos();
      try {
        session.set(load.key(number), Long.toString(number), tally::retried);
        tally.acknowledged(number, began, stop.nanos());
      } catch (RedisException e) {
        tally.failed(e);
      }
    }
  }

  private void report(Tally tally, long start) {
    Counts counts = tally.counts();
    progress.printf(
        "writer: %3d s  %d attempts, %d acknowledged, %d failed, longest gap %d ms%n",
        TimeUnit.NANOSECONDS.toSeconds(stop.nanos() - start),
        counts.attempts(),
        counts.acked(),
        counts.failed(),
        counts.longestGapMillis());
  }
}
