package dev.cachecluster.stories;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachecluster.stories.rig.Cache;
import dev.cachecluster.stories.rig.OperatorPods;
import dev.cachecluster.stories.rig.Story;
import dev.cachecluster.stories.rig.Wait;
import dev.cachecluster.stories.rig.Writer;
import java.time.Duration;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * The operator has two pods, and one of them leads.
 *
 * <ol>
 *   <li>kill the leader's process, and delete its pod so that it stays away → the other leads
 *   <li>kill the process of a primary → the new leader fails it over, and nothing is lost
 * </ol>
 */
@Order(14)
@Isolated("It ends the operator.")
class LeaderElection {
  private static final Duration TAKES_OVER = Duration.ofMinutes(1);
  private static final Duration RECOVERS = Duration.ofMinutes(2);
  @RegisterExtension final Story story = new Story();

  @Test
  void story() {
    var cache = Cache.ready(story, "{memory: {maxMemory: 128Mi}}");
    assertThat(story.operator().list()).as("operator pods").hasSize(2);

    story.step(1, "the leader is killed");
    var leader = story.operator().leader();
    long began = System.nanoTime();
    story.rig().killProcess(OperatorPods.NAMESPACE, leader);
    story.operator().delete(leader);
    Wait.until(
        "another leads",
        TAKES_OVER,
        () -> assertThat(story.operator().leader()).isNotBlank().isNotEqualTo(leader));
    story.tell(
        "%s → %s after %.1f s"
            .formatted(leader, story.operator().leader(), (System.nanoTime() - began) / 1e9));

    story.step(2, "the new leader fails a primary over");
    var primary = cache.primaryPod();
    var writer = Writer.load(story, cache);
    story.rig().killProcess(cache.namespace(), primary);
    Wait.until(
        "another member leads",
        RECOVERS,
        () -> assertThat(cache.primaryPod()).isNotEqualTo(primary));
    cache.awaitHealthy(RECOVERS);
    var result = writer.stop();
    story.tell(result.toString());
    result.assertNothingLost();
  }
}
