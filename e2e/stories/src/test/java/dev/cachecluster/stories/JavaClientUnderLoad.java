package dev.cachecluster.stories;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachecluster.stories.rig.Cache;
import dev.cachecluster.stories.rig.Options;
import dev.cachecluster.stories.rig.Story;
import dev.cachecluster.stories.rig.Wait;
import dev.cachecluster.stories.rig.Writer;
import dev.cachecluster.stories.rig.Writer.Library;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A Java application writes 1,000 times a second with Lettuce, which keeps its connections, queues
 * while it has none, and hands READONLY and NOREPLICAS to the application, which tries three times
 * more.
 *
 * <ol>
 *   <li>create a cache with two replicas → healthy
 *   <li>kubectl delete pod of the primary (2 times, in full 10) → another member leads; nothing
 *       acknowledged is lost
 *   <li>ask for more cpu, so that all members restart → nothing acknowledged is lost, also by
 *       workers that open new connections all the time
 *   <li>look at what the application saw → no write failed
 * </ol>
 */
@Order(18)
class JavaClientUnderLoad {
  private static final Duration RECOVERS = Duration.ofSeconds(90);
  private static final Duration ROLLS = Duration.ofMinutes(4);
  @RegisterExtension final Story story = new Story();

  @Test
  void story() {
    story.step(1, "a cache with two replicas");
    var cache = Cache.ready(story, "{memory: {maxMemory: 256Mi}}");

    int times = Options.times(2, 10);
    story.step(2, "the primary's pod is deleted, " + times + " times");
    var results = new ArrayList<Writer.Result>();
    for (int round = 1; round <= times; round++) {
      results.add(primaryDeleted(cache, round));
    }

    story.step(3, "more cpu: all members restart");
    results.add(rolled(cache));

    story.step(4, "what the application saw");
    long longest = results.stream().mapToLong(Writer.Result::longestGapMs).max().orElseThrow();
    long failed = results.stream().mapToLong(Writer.Result::failed).sum();
    story.tell(failed + " failed, longest gap of all " + longest + " ms");
    // Judged last, so that every figure is told.
    results.forEach(Writer.Result::assertNothingFailed);
  }

  private Writer.Result primaryDeleted(Cache cache, int round) {
    var old = cache.primaryPod();
    var uids = cache.podUids();
    var writer = Writer.load(Library.LETTUCE, story, cache);
    cache.pod(old).delete();
    Wait.until(
        "another member leads than " + old,
        RECOVERS,
        () -> assertThat(cache.primaryPod()).isNotEqualTo(old));
    awaitReplaced(cache, List.of(old), uids, RECOVERS);
    var result = writer.stop();
    story.tell(round + ": " + old + " → " + cache.primaryPod() + ": " + result);
    return result.assertNothingLost();
  }

  private Writer.Result rolled(Cache cache) {
    var old = cache.primaryPod();
    var uids = cache.podUids();
    var writer = Writer.load(Library.LETTUCE, story, cache, "--fresh-connections", "200");
    cache.change("{cpu: {request: 120m}}");
    awaitReplaced(cache, List.copyOf(uids.keySet()), uids, ROLLS);
    assertThat(cache.primaryPod()).as("the primary").isNotEqualTo(old);
    var result = writer.stop();
    story.tell(result.toString());
    return result.assertNothingLost();
  }

  private static void awaitReplaced(
      Cache cache, List<String> pods, Map<String, String> before, Duration atMost) {
    Wait.until(
        "new pods are in the place of " + pods,
        atMost,
        () -> {
          var now = cache.podUids();
          for (var pod : pods) {
            assertThat(now.get(pod)).as(pod).isNotNull().isNotEqualTo(before.get(pod));
          }
        });
    cache.awaitHealthy(atMost);
  }
}
