package dev.cachecluster.lettucewriter;

import io.lettuce.core.RedisException;
import io.lettuce.core.SetArgs;
import io.lettuce.core.api.sync.RedisCommands;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Writes and reads one key and says in one line how the connection was protected and who answered.
 */
final class RoundTrip {
  private RoundTrip() {}

  static String make(CacheClient client, String prefix) throws IOException, RedisException {
    String key = prefix + "roundtrip-" + Load.newRun();
    String value = Load.newRun();
    try (Session session = new Session(client)) {
      long began = System.nanoTime();
      RedisCommands<String, String> commands = session.connection().sync();
      var _ = commands.set(key, value, SetArgs.Builder.ex(Duration.ofMinutes(1)));
      @Nullable String got = commands.get(key);
      double millis = TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - began) / 1000.0;
      if (!value.equals(got)) {
        throw new IOException(key + " holds \"" + got + "\" where \"" + value + "\" was written");
      }
      return String.format(
          Locale.ROOT,
          "wrote and read %s in %.1f ms; %s; primary's history: %s; Lettuce on %s",
          key,
          millis,
          client.handshake().describe(Binding.read(client.target().binding()).host()),
          replicationId(commands),
          client.handshake().transport());
    }
  }

  /** Not every application's user may ask who the primary is; the round trip stands without it. */
  private static String replicationId(RedisCommands<String, String> commands) {
    try {
      return infoField(commands.info("replication"), "master_replid");
    } catch (RedisException e) {
      return "not told (" + ErrorCounts.text(e) + ")";
    }
  }

  /** A field in the text of INFO. */
  static String infoField(String info, String field) {
    return info.lines()
        .filter(line -> line.startsWith(field + ":"))
        .map(line -> line.substring(field.length() + 1).strip())
        .findFirst()
        .orElse("not told (INFO has no " + field + ")");
  }
}
