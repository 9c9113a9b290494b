package dev.cachecluster.stories;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachecluster.stories.rig.Cache;
import dev.cachecluster.stories.rig.Story;
import dev.cachecluster.stories.rig.Wait;
import dev.cachecluster.stories.rig.Writer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A team edits the spec of a cache that is being written to.
 *
 * <ol>
 *   <li>change config and the eviction policy → in force without a restart: same pods, same
 *       processes
 *   <li>ask for more cpu → replicas restart first, the primary last after handing over; no
 *       acknowledged write is lost, and none fails
 *   <li>name an image that cannot be had → one replica is down, Stalled says ImageUnavailable, the
 *       cache stays Ready; set it back → healthy by itself
 *   <li>ask for 900Gi → the same with Unschedulable
 * </ol>
 */
@Order(8)
class SpecChanges {
  private static final Duration ROLLS = Duration.ofMinutes(4);

  /**
   * New connections meet a replica as long as the proxies of the nodes do not agree on where the
   * Service leads, and that refuses writes: a fifth of a second, in steps of 20 ms, as a client's
   * default backoff would give it.
   */
  private static final String RETRIES = "10";

  @RegisterExtension final Story story = new Story();

  @Test
  void story() {
    var cache = Cache.ready(story, "{memory: {maxMemory: 256Mi}}");

    story.step(1, "settings change live");
    var uids = cache.podUids();
    var restarts = cache.restarts();
    cache.change(
        "{config: {maxmemory-samples: \"7\", slowlog-log-slower-than: \"20000\"}, memory: {evictionPolicy: allkeys-lru}}");
    cache.awaitHealthy(ROLLS);
    assertThat(cache.podUids()).isEqualTo(uids);
    assertThat(cache.restarts()).isEqualTo(restarts);

    story.step(2, "more cpu: a rolling restart");
    var rolled = rolling(cache);

    story.step(3, "an image that cannot be had");
    breakAndRevert(
        cache,
        "{engine: {image: \"docker.io/example/missing:1\"}}",
        "{engine: {image: null}}",
        "ImageUnavailable");

    story.step(4, "more memory than any node has");
    breakAndRevert(
        cache, "{memory: {maxMemory: 900Gi}}", "{memory: {maxMemory: 256Mi}}", "Unschedulable");
    // Judged last, so that a gap in the hand-over does not hide what the other steps find.
    rolled.assertNothingFailed();
  }

  private Writer.Result rolling(Cache cache) {
    var before = cache.podUids();
    var old = cache.primaryPod();
    var order = new ArrayList<String>();
    var writer = Writer.load(story, cache, "--fresh-connections", "200", "--retries", RETRIES);
    long began = System.nanoTime();
    cache.change("{cpu: {request: 120m}}");
    Wait.until(
        "every pod is a new one",
        ROLLS,
        () -> {
          for (var pod : cache.podUids().entrySet()) {
            if (!pod.getValue().equals(before.get(pod.getKey())) && !order.contains(pod.getKey())) {
              order.add(pod.getKey());
            }
          }
          assertThat(order).hasSameSizeAs(before.keySet());
        });
    cache.awaitHealthy(ROLLS);
    story.tell(
        "%s restarted in this order in %.1f s".formatted(order, (System.nanoTime() - began) / 1e9));
    var result = writer.stop();
    story.tell(result.toString());
    result.assertNothingLost();
    assertThat(order.getLast()).as("the primary restarts last").isEqualTo(old);
    assertThat(cache.primaryPod()).isNotEqualTo(old);
    assertThat(cache.events("HandedOver")).isNotEmpty();
    assertThat(cache.events("FailedOver")).as("the primary's death was never needed").isEmpty();
    return result;
  }

  private void breakAndRevert(Cache cache, String bad, String good, String reason) {
    var primary = cache.primary();
    var before = cache.podUids();
    var writer = Writer.load(story, cache);
    cache.change(bad);
    Wait.until(
        "Stalled says " + reason,
        ROLLS,
        () -> {
          var stalled = cache.told("Stalled");
          assertThat(stalled.getReason()).isEqualTo(reason);
          assertThat(stalled.getStatus()).isEqualTo("True");
        });
    story.tell(cache.told("Stalled").getMessage());
    assertThat(cache.told("Ready").getStatus()).as("Ready").isEqualTo("True");
    assertThat(changed(before, cache.podUids())).as("members that the bad spec reached").hasSize(1);
    assertThat(cache.primary()).isEqualTo(primary);
    cache.change(good);
    cache.awaitHealthy(ROLLS);
    writer.stop().assertNothingLost().assertNothingFailed();
  }

  private static List<String> changed(Map<String, String> before, Map<String, String> after) {
    return before.entrySet().stream()
        .filter(pod -> !pod.getValue().equals(after.get(pod.getKey())))
        .map(Map.Entry::getKey)
        .toList();
  }
}
