package dev.cachecluster.stories;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachecluster.stories.rig.Cache;
import dev.cachecluster.stories.rig.Options;
import dev.cachecluster.stories.rig.Story;
import dev.cachecluster.stories.rig.Wait;
import dev.cachecluster.stories.rig.Writer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A member never picks its own role: the process of a primary without persistence dies, and the
 * empty one that the kubelet starts in its place wipes nobody.
 *
 * <ol>
 *   <li>create a cache with two replicas → healthy
 *   <li>write keys, wait until every replica has them, kill -9 the primary's process (5 times, in
 *       full 50) → every key is there, the pod is the same, its restartCount has grown by one
 *   <li>look at the pod that was killed → it follows the new primary
 * </ol>
 */
@Order(0)
class PrimaryProcessKilled {
  private static final Duration WRITTEN = Duration.ofMinutes(1);
  private static final Duration RECOVERS = Duration.ofMinutes(7);

  /** The kubelet waits ever longer before it starts a container again; a new pod starts at once. */
  private static final int RESTARTS_OF_ONE_POD = 3;

  @RegisterExtension final Story story = new Story();

  @Test
  void story() {
    story.step(1, "a cache with two replicas");
    var cache = Cache.ready(story, "{memory: {maxMemory: 128Mi}}");
    int times = Options.times(3, 50);
    story.step(2, "kill -9 of the primary's process, " + times + " times");
    for (int round = 1; round <= times; round++) {
      kill(cache, round);
    }
    story.step(3, "the killed member follows: seen in every round");
  }

  private void kill(Cache cache, int round) {
    var pod = cache.primaryPod();
    var uids = cache.podUids();
    int restarts = cache.restarts().getOrDefault(pod, 0);
    var writer =
        Writer.start(
            story,
            cache,
            Optional.empty(),
            List.of(
                "--rate", "1000", "--for", "2s", "--verify-after", "4s", "--verify-within", "2m"));
    writer.awaitLine("acknowledged keys back in", WRITTEN);
    cache.awaitReplicated(WRITTEN);
    story.rig().killProcess(cache.namespace(), pod);
    Wait.until(
        "the container of " + pod + " is another one",
        RECOVERS,
        () -> assertThat(cache.restarts().get(pod)).isEqualTo(restarts + 1));
    var result = writer.result(RECOVERS).assertNothingLost();
    cache.awaitHealthy(RECOVERS);
    assertThat(cache.podUids()).as("the pods, which nobody replaced").isEqualTo(uids);
    assertThat(cache.primaryPod()).as("the primary").isNotEqualTo(pod);
    assertThat(cache.role(pod).isPrimary()).as(pod + " leads").isFalse();
    story.tell(
        round
            + ": "
            + pod
            + " → "
            + cache.primaryPod()
            + ": "
            + result.acked()
            + " keys, none lost");
    if (restarts + 1 >= RESTARTS_OF_ONE_POD) {
      cache.pod(pod).delete();
      Wait.until(
          pod + " is a new pod",
          RECOVERS,
          () -> assertThat(cache.podUids().get(pod)).isNotNull().isNotEqualTo(uids.get(pod)));
      cache.awaitHealthy(RECOVERS);
    }
  }
}
