package dev.cachecluster.stories;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachecluster.stories.rig.Cache;
import dev.cachecluster.stories.rig.Options;
import dev.cachecluster.stories.rig.Story;
import dev.cachecluster.stories.rig.Wait;
import dev.cachecluster.stories.rig.Writer;
import java.time.Duration;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Somebody deletes pods of a cache that is being written to, 1,000 times a second.
 *
 * <ol>
 *   <li>create a cache with two replicas → healthy
 *   <li>kubectl delete pod of a replica → no write fails, nothing is lost, and it comes back
 *   <li>kubectl delete pod of the primary (3 times, in full 20) → a replica takes over, the old one
 *       comes back as a replica, and every key that was acknowledged is there
 * </ol>
 */
@Order(3)
class PrimaryPodDeleted {
  private static final Duration RECOVERS = Duration.ofSeconds(90);
  @RegisterExtension final Story story = new Story();

  @Test
  void story() {
    story.step(1, "a cache with two replicas");
    var cache = Cache.ready(story, "{memory: {maxMemory: 256Mi}}");

    story.step(2, "a replica's pod is deleted");
    var replica = cache.replicaPods().getFirst();
    var uid = cache.podUids().get(replica);
    var primary = cache.primary();
    var writer = Writer.load(story, cache);
    cache.pod(replica).delete();
    awaitReplaced(cache, replica, String.valueOf(uid));
    var result = writer.stop().assertNothingLost().assertNothingFailed();
    assertThat(cache.primary()).as("the primary, which nobody touched").isEqualTo(primary);
    story.tell(result.toString());

    int times = Options.times(2, 20);
    story.step(3, "the primary's pod is deleted, " + times + " times");
    long longest = 0;
    for (int round = 1; round <= times; round++) {
      var old = cache.primaryPod();
      uid = cache.podUids().get(old);
      writer = Writer.load(story, cache);
      cache.pod(old).delete();
      Wait.until(
          "another member leads than " + old,
          RECOVERS,
          () -> assertThat(cache.primaryPod()).isNotEqualTo(old));
      awaitReplaced(cache, old, String.valueOf(uid));
      result = writer.stop().assertNothingLost();
      assertThat(cache.role(old).isPrimary()).as(old + " leads again").isFalse();
      longest = Math.max(longest, result.longestGapMs());
      story.tell(round + ": " + old + " → " + cache.primaryPod() + ": " + result);
    }
    story.tell("longest gap of all: " + longest + " ms");
  }

  private static void awaitReplaced(Cache cache, String pod, String oldUid) {
    Wait.until(
        pod + " is a new pod",
        RECOVERS,
        () -> assertThat(cache.podUids().get(pod)).isNotNull().isNotEqualTo(oldUid));
    cache.awaitHealthy(RECOVERS);
  }
}
