package dev.cachecluster.stories;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachecluster.stories.rig.Cache;
import dev.cachecluster.stories.rig.Story;
import dev.cachecluster.stories.rig.Wait;
import dev.cachecluster.stories.rig.Writer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * An administrator empties one machine after the other, as for an upgrade of the nodes, while a
 * client on another one writes 1,000 times a second.
 *
 * <ol>
 *   <li>for each node: {@code kubectl drain} → what was there is elsewhere, the primary has handed
 *       over before it was evicted, no request failed that was tried once more, nothing is lost
 *   <li>{@code kubectl uncordon} → nothing moves
 *   <li>cordon the primary's node and nothing else → it leads elsewhere, and its pod stays
 * </ol>
 */
@Order(16)
@Isolated("It empties nodes.")
class NodesAreDrained {
  private static final Duration RECOVERS = Duration.ofMinutes(2);
  private static final Duration STAYS = Duration.ofSeconds(10);
  private static final List<String> NODES = List.of("n1", "n2", "n3");

  @RegisterExtension final Story story = new Story();

  @Test
  void story() {
    story.atTheEnd(() -> NODES.forEach(node -> story.rig().run("kubectl", "uncordon", node)));
    var cache = Cache.ready(story, "{memory: {maxMemory: 256Mi}}");
    story.step(1, "every node is emptied in turn, and opened again");
    for (var node : NODES) {
      drain(cache, node);
    }
    story.step(3, "the primary's node is cordoned");
    var primary = cache.primaryPod();
    var uids = cache.podUids();
    story.rig().run("kubectl", "cordon", nodeOf(cache, primary));
    Wait.until(
        "another member leads",
        RECOVERS,
        () -> assertThat(cache.primaryPod()).isNotEqualTo(primary));
    cache.awaitHealthy(RECOVERS);
    assertThat(cache.podUids()).as("pods, of which none was asked to go").isEqualTo(uids);
  }

  private void drain(Cache cache, String node) {
    var before = cache.primaryPod();
    boolean leads = nodeOf(cache, before).equals(node);
    var elsewhere = NODES.stream().filter(other -> !other.equals(node)).findFirst();
    var writer =
        Writer.start(
            story, cache, elsewhere, List.of("--rate", "1000", "--for", "10m", "--retries", "1"));
    writer.awaitLine("acknowledged", RECOVERS);
    long began = System.nanoTime();
    story.rig().drain(node);
    double seconds = (System.nanoTime() - began) / 1e9;
    assertThat(cache.pods().stream().map(pod -> pod.getSpec().getNodeName()))
        .as("nodes of the members")
        .doesNotContain(node);
    cache.awaitHealthy(RECOVERS);
    var uids = cache.podUids();
    story.rig().run("kubectl", "uncordon", node);
    Wait.holds(
        "nothing moves since the node is open again",
        STAYS,
        () -> assertThat(cache.podUids()).isEqualTo(uids));
    var result = writer.stop();
    story.tell(
        "%s, %s: empty after %.1f s: %s"
            .formatted(node, leads ? "the primary's" : "no primary's", seconds, result));
    result.assertNothingLost().assertNothingFailed();
    if (leads) {
      assertThat(cache.primaryPod()).isNotEqualTo(before);
    }
  }

  private static String nodeOf(Cache cache, String pod) {
    return cache.pod(pod).require().getSpec().getNodeName();
  }
}
