package dev.cachecluster.lettucewriter;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisCommandInterruptedException;
import io.lettuce.core.RedisException;
import io.lettuce.core.api.StatefulRedisConnection;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One worker's connection, and the tries that an application makes around it. Lettuce connects
 * again only what was connected once: the first connection is made here, at the first use.
 */
final class Session implements AutoCloseable {
  /** Answers that another moment may change. Lettuce hands every one of them to the application. */
  private static final List<String> PASSING =
      List.of(
          "READONLY",
          "NOREPLICAS",
          "MASTERDOWN",
          "LOADING",
          "TRYAGAIN",
          "CLUSTERDOWN",
          "ERR max number of clients reached");

  private final CacheClient client;
  private @Nullable StatefulRedisConnection<String, String> connection;

  Session(CacheClient client) {
    this.client = client;
  }

  StatefulRedisConnection<String, String> connection() throws RedisException {
    if (connection == null) {
      connection = client.connect();
    }
    return connection;
  }

  /**
   * Writes, and tries again as often as asked for. Safe because writing the same value to the same
   * key once more changes nothing. Each failure that is followed by another try goes to {@code
   * retried}, the last one is thrown.
   */
  void set(String key, String value, Consumer<RedisException> retried)
      throws RedisException, InterruptedException {
    Target target = client.target();
    for (int left = target.retries(); ; left--) {
      try {
        var _ = connection().sync().set(key, value);
        return;
      } catch (RedisException e) {
        if (left == 0 || !passes(e)) {
          throw e;
        }
        retried.accept(e);
        Thread.sleep(target.retryWait());
      }
    }
  }

  /** Whether another try may end otherwise: no answer came, or one that passes. */
  static boolean passes(RedisException failure) {
    return switch (failure) {
      case RedisCommandInterruptedException _ -> false;
      case RedisCommandExecutionException said ->
          PASSING.stream().anyMatch(String.valueOf(said.getMessage())::startsWith);
      default -> true;
    };
  }

  /** The next use opens a new connection. */
  void renew() {
    if (connection != null) {
      connection.close();
      connection = null;
    }
  }

  @Override
  public void close() {
    renew();
  }
}
