package dev.cachecluster.lettucewriter;

import io.lettuce.core.RedisException;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.api.async.RedisAsyncCommands;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Reads everything acknowledged back, trying again until a deadline where nothing answers. */
final class Verification {
  static final int BATCH = 500;
  private static final int MAX_WORKERS = 8;
  private static final int MAX_EXAMPLES = 5;
  private static final long RETRY_PAUSE_MILLIS = 200;

  private final Load load;
  private final CacheClient client;
  private final PrintStream progress;
  private final long deadline;
  private final AtomicInteger checked = new AtomicInteger();
  private final List<String> examples = new ArrayList<>();
  private long lost;
  private long unread;

  Verification(Load load, CacheClient client, PrintStream progress) {
    this.load = load;
    this.client = client;
    this.progress = progress;
    this.deadline = System.nanoTime() + load.verifyWithin().toNanos();
  }

  /**
   * What was found.
   *
   * @param lost gone, or holding another value
   * @param unread could not be asked for
   * @param examples a few lost keys, for whoever has to find out why
   */
  record Verdict(long lost, long unread, List<String> examples) {}

  Verdict of(long[] acked) throws InterruptedException {
    AtomicInteger next = new AtomicInteger();
    Workers.run(
        Math.min(load.workers(), MAX_WORKERS),
        _ ->
            () -> {
              try (Session session = new Session(client)) {
                for (int from = next.getAndAdd(BATCH);
                    from < acked.length;
                    from = next.getAndAdd(BATCH)) {
                  long[] batch =
                      Arrays.copyOfRange(acked, from, Math.min(from + BATCH, acked.length));
                  check(session, batch);
                  checked.addAndGet(batch.length);
                }
              }
              return null;
            },
        () -> progress.printf("writer: read back %d of %d%n", checked.get(), acked.length));
    synchronized (this) {
      return new Verdict(lost, unread, List.copyOf(examples));
    }
  }

  private void check(Session session, long[] batch) throws InterruptedException {
    long[] open = ask(session, batch);
    while (open.length > 0 && System.nanoTime() - deadline < 0) {
      Thread.sleep(RETRY_PAUSE_MILLIS);
      open = ask(session, open);
    }
    synchronized (this) {
      unread += open.length;
    }
  }

  /** Asks for all at once; gives those that nobody answered for. */
  private long[] ask(Session session, long[] batch) throws InterruptedException {
    List<RedisFuture<String>> answers = new ArrayList<>();
    try {
      RedisAsyncCommands<String, String> commands = session.connection().async();
      for (long number : batch) {
        answers.add(commands.get(load.key(number)));
      }
    } catch (RedisException e) {
      // No connection, or no room in its queue. What was asked for before may still be answered.
    }
    long[] open = Arrays.copyOfRange(batch, answers.size(), batch.length);
    for (int i = 0; i < answers.size(); i++) {
      try {
        judge(batch[i], answers.get(i).get());
      } catch (ExecutionException | CancellationException e) {
        open = Arrays.copyOf(open, open.length + 1);
        open[open.length - 1] = batch[i];
      }
    }
    return open;
  }

  private synchronized void judge(long number, @Nullable String value) {
    if (Long.toString(number).equals(value)) {
      return;
    }
    lost++;
    if (examples.size() < MAX_EXAMPLES) {
      examples.add(load.key(number));
    }
  }
}
