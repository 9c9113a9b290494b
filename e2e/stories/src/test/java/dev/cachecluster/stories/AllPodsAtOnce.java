package dev.cachecluster.stories;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachecluster.stories.rig.Cache;
import dev.cachecluster.stories.rig.Story;
import dev.cachecluster.stories.rig.Wait;
import dev.cachecluster.stories.rig.Writer;
import java.time.Duration;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * Everything goes at once: the cache's pods and the operator's.
 *
 * <ol>
 *   <li>create a cache → healthy
 *   <li>delete all pods of the cache and of the operator together, without grace → the cache is
 *       healthy again with new pods, by itself
 *   <li>read the events → DataLost says that the data is gone, and a client still writes and reads
 * </ol>
 */
@Order(5)
@Isolated("It ends the operator.")
class AllPodsAtOnce {
  private static final Duration RECOVERS = Duration.ofSeconds(150);
  @RegisterExtension final Story story = new Story();

  @Test
  void story() {
    story.step(1, "a cache");
    var cache = Cache.ready(story, "{}");
    var before = cache.podUids();

    story.step(2, "all pods of cache and operator are deleted");
    long began = System.nanoTime();
    story.operator().deleteAll();
    cache.pods().forEach(pod -> cache.pod(pod.getMetadata().getName()).withGracePeriod(0).delete());
    Wait.until(
        "every pod is another one",
        RECOVERS,
        () ->
            assertThat(cache.podUids().values())
                .hasSameSizeAs(before.values())
                .doesNotContainAnyElementsOf(before.values()));
    cache.awaitHealthy(RECOVERS);
    story.tell("healthy again after %.1f s".formatted((System.nanoTime() - began) / 1e9));

    story.step(3, "the loss is told, and clients are served");
    cache.awaitEvent("DataLost", Duration.ofSeconds(10));
    Writer.ask(story, cache, "--roundtrip");
  }
}
