package dev.cachecluster.stories;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachecluster.stories.rig.Cache;
import dev.cachecluster.stories.rig.Disks;
import dev.cachecluster.stories.rig.Options;
import dev.cachecluster.stories.rig.Story;
import dev.cachecluster.stories.rig.Wait;
import dev.cachecluster.stories.rig.Writer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * All servers end together while they are written to, and what was acknowledged is there
 * afterwards.
 *
 * <ol>
 *   <li>create a cache that appends every write to a file on an encrypted volume → healthy
 *   <li>write without a pause, every fifth time in a transaction, and end all servers at once, by
 *       turns by deleting all pods and with kill -9 (2 times, in full 50, with 100,000 keys in all)
 *       → each time the same line of data goes on. Of a deletion every acknowledged key is read
 *       back. What a kill may lose is what a server had not yet given to the kernel, while it
 *       waited for a slow disk: at most two seconds of writes. It is counted
 *   <li>count the keys → all that were acknowledged and not counted as lost; nobody was told that
 *       data was lost
 * </ol>
 */
@Order(5)
class AllPodsWithData {
  private static final Duration WRITTEN = Duration.ofMinutes(1);
  private static final Duration RECOVERS = Duration.ofMinutes(7);
  private static final int TIMES = 50;
  private static final int RATE = 1000;

  /** For how long an engine puts off a write to its file while the disk is busy with the last. */
  private static final int PUT_OFF_SECONDS = 2;

  @RegisterExtension final Story story = new Story();

  @Test
  void story() {
    story.step(1, "a cache with AppendOnly on encrypted volumes");
    var cache =
        Cache.ready(
            story,
            "{memory: {maxMemory: 128Mi}, persistence: {mode: AppendOnly, size: 384Mi,"
                + " storageClassName: "
                + Disks.of(story).encrypted()
                + "}}");
    int times = Options.times(2, TIMES);
    story.step(2, "all servers end at once, " + times + " times");
    long acknowledged = 0;
    long lost = 0;
    for (int round = 1; round <= times; round++) {
      var result = endAll(cache, round);
      acknowledged += result.acked();
      lost += result.lost();
    }
    story.step(3, acknowledged + " keys were acknowledged in all, " + lost + " lost by kills");
    assertThat(cache.keys(cache.primaryPod()))
        .as("keys")
        .isGreaterThanOrEqualTo(acknowledged - lost);
    assertThat(cache.events("DataLost")).as("events DataLost").isEmpty();
    assertThat(cache.events("DriftCorrected")).as("events DriftCorrected").isEmpty();
    assertThat(cache.told("EncryptionVerified").getStatus()).isEqualTo("True");
  }

  private Writer.Result endAll(Cache cache, int round) {
    boolean kill = round % 2 == 0;
    var before = cache.podUids();
    var restarts = cache.restarts();
    long keys = cache.keys(cache.primaryPod());
    var writer =
        Writer.start(
            story,
            cache,
            Optional.empty(),
            List.of(
                "--rate",
                String.valueOf(RATE),
                "--for",
                kill ? "4s" : "8s",
                "--transactions",
                "5",
                "--verify-within",
                "5m",
                "--run",
                "round" + round));
    Wait.until(
        "the writes of round " + round + " arrive",
        WRITTEN,
        () -> assertThat(cache.keys(cache.primaryPod())).isGreaterThan(keys + RATE / 2));
    long began = System.nanoTime();
    if (kill) {
      before.keySet().parallelStream()
          .forEach(pod -> story.rig().killProcess(cache.namespace(), pod));
    } else {
      before.keySet().forEach(pod -> cache.pod(pod).delete());
    }
    awaitOthers(cache, before, restarts);
    cache.awaitHealthy(RECOVERS);
    double healthy = (System.nanoTime() - began) / 1e9;
    var result = writer.result(RECOVERS);
    writer.end();
    story.tell(
        "%d: %s: healthy after %.1f s; %s"
            .formatted(round, kill ? "kill -9" : "deleted", healthy, result));
    assertThat(result.unread()).as("keys that could not be read").isZero();
    assertThat(result.lost())
        .as("acknowledged and lost")
        .isLessThanOrEqualTo(kill ? (long) RATE * PUT_OFF_SECONDS : 0);
    return result;
  }

  private static void awaitOthers(
      Cache cache, Map<String, String> before, Map<String, Integer> restarts) {
    Wait.until(
        "every server is another one",
        RECOVERS,
        () -> {
          var now = cache.podUids();
          assertThat(now).hasSameSizeAs(before);
          var again = cache.restarts();
          before.forEach(
              (pod, uid) ->
                  assertThat(
                          !uid.equals(now.get(pod))
                              || again.getOrDefault(pod, 0) > restarts.getOrDefault(pod, 0))
                      .as(pod + " runs another server")
                      .isTrue());
        });
  }
}
