package dev.cachecluster.stories;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachecluster.api.v1alpha1.CacheCluster;
import dev.cachecluster.stories.rig.Cache;
import dev.cachecluster.stories.rig.OwnedObjects;
import dev.cachecluster.stories.rig.Story;
import dev.cachecluster.stories.rig.Writer;
import java.time.Duration;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A cache gets more replicas, and fewer, as kubectl scale asks.
 *
 * <ol>
 *   <li>kubectl scale 2 → 3 → 1 → 0 → 2 while a client writes → healthy each time with so many
 *       members, no write fails and none is lost
 *   <li>count at 0 → one pod, one StatefulSet, no PodDisruptionBudget that would block a drain
 *   <li>look at the pods in the end → the member that was left at 0 leads and was never restarted
 * </ol>
 */
@Order(7)
class ScalesUpAndDown {
  private static final Duration SCALES = Duration.ofMinutes(2);
  @RegisterExtension final Story story = new Story();

  @Test
  void story() {
    var cache = Cache.ready(story, "{memory: {maxMemory: 256Mi}}");
    // The member that is left at 0: whoever leads hands over to it before, if it is another one.
    var last = "demo-0-0-0";
    var uid = String.valueOf(cache.podUids().get(last));
    var writer = Writer.load(story, cache);
    for (int replicas : new int[] {3, 1, 0, 2}) {
      story.step(1, "kubectl scale --replicas " + replicas);
      scale(cache, replicas);
      cache.awaitHealthy(SCALES);
      assertThat(cache.status().topology()).isEqualTo("1x" + (replicas + 1));
      assertThat(cache.status().replicas()).isEqualTo(replicas);
      if (replicas == 0) {
        story.step(2, "what is left of it at 0");
        var left = OwnedObjects.in(story.client(), story.namespace());
        assertThat(left).filteredOn(owned -> owned.kind().equals("StatefulSet")).hasSize(1);
        assertThat(left).filteredOn(owned -> owned.kind().equals("PodDisruptionBudget")).isEmpty();
        assertThat(left).filteredOn(owned -> owned.name().matches("demo-0-[1-9].*")).isEmpty();
      }
    }
    var result = writer.stop();
    story.tell(result.toString());
    result.assertNothingLost().assertNothingFailed();

    story.step(3, "the last member leads, and was left alone");
    assertThat(cache.primaryPod()).isEqualTo(last);
    assertThat(cache.podUids()).containsEntry(last, uid);
  }

  private void scale(Cache cache, int replicas) {
    story
        .client()
        .resources(CacheCluster.class)
        .inNamespace(cache.namespace())
        .withName(cache.name())
        .scale(replicas);
  }
}
