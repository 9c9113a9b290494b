package dev.cachecluster.stories;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachecluster.stories.rig.Cache;
import dev.cachecluster.stories.rig.Story;
import dev.cachecluster.stories.rig.Writer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * The API server goes away for a while. What cannot be asked is unknown, and not absent.
 *
 * <ol>
 *   <li>a client writes 1,000 times a second
 *   <li>kill the API server for 20 s → clients notice nothing: no write fails, none is lost
 *   <li>start it again → the cache is healthy by itself, of the same pods and processes, with the
 *       same primary
 * </ol>
 */
@Order(12)
@Isolated("It stops the API server.")
class ApiServerAway {
  private static final int AWAY_SECONDS = 20;
  private static final Duration RECOVERS = Duration.ofMinutes(3);

  @RegisterExtension
  final Story story =
      new Story()
          .expecting("LeaderElect")
          .expecting("10\\.96\\.0\\.1")
          // The HTTP library says so of a connection that had nobody waiting on it.
          .expecting("ConnectionBase\\] Connection reset")
          .expecting("Reflector|Watch|informer");

  @Test
  void story() throws InterruptedException {
    story.step(1, "a cache under load");
    var cache = Cache.ready(story, "{memory: {maxMemory: 256Mi}}");
    var uids = cache.podUids();
    var restarts = cache.restarts();
    var primary = cache.primary();
    var load =
        Writer.start(
            story,
            cache,
            Optional.empty(),
            List.of("--rate", "1000", "--for", "45s", "--retries", "0"));
    load.awaitLine("acknowledged", RECOVERS);

    story.step(2, "the API server is away for " + AWAY_SECONDS + " s");
    story.atTheEnd(() -> story.rig().run("heal"));
    story.rig().run("apiserver", "stop");
    // How long it is away is the fault itself.
    TimeUnit.SECONDS.sleep(AWAY_SECONDS);
    story.rig().run("apiserver", "start");

    story.step(3, "it is back");
    var result = load.result(RECOVERS);
    story.tell(result.toString());
    cache.awaitHealthy(RECOVERS);
    story.operator().awaitAvailable(RECOVERS);
    assertThat(cache.podUids()).isEqualTo(uids);
    assertThat(cache.restarts()).isEqualTo(restarts);
    assertThat(cache.primary()).isEqualTo(primary);
    result.assertNothingLost().assertNothingFailed();
  }
}
