package dev.cachecluster.stories;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachecluster.stories.rig.Cache;
import dev.cachecluster.stories.rig.Story;
import dev.cachecluster.stories.rig.Wait;
import dev.cachecluster.stories.rig.Writer;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * A machine dies.
 *
 * <ol>
 *   <li>a client on another node writes; cut the power of the primary's node → once the replicas
 *       prove that they have heard nothing of it for long enough, one of them leads; nothing that
 *       was acknowledged is lost
 *   <li>switch the node on again → its member follows the new primary
 *   <li>cut the link between the primary's node and that of the operator's leader, so that the
 *       primary and a replica still see each other → nobody is promoted
 * </ol>
 */
@Order(17)
@Isolated("It stops a node.")
class NodeLost {
  private static final Duration FAILS_OVER = Duration.ofMinutes(2);
  private static final Duration RECOVERS = Duration.ofMinutes(5);
  private static final Duration CUT = Duration.ofSeconds(30);

  @RegisterExtension
  final Story story =
      new Story()
          .expecting("LeaderElect")
          .expecting("10\\.96\\.0\\.1")
          // The HTTP library says so of a connection that had nobody waiting on it.
          .expecting("ConnectionBase\\] Connection reset")
          .expecting("Reflector|Watch|informer");

  @Test
  void story() {
    story.atTheEnd(() -> story.rig().run("heal"));
    var spread =
        "{memory: {maxMemory: 256Mi}, placement: {topologySpread: {whenUnsatisfiable: DoNotSchedule}}}";
    var cache = Cache.ready(story, spread);
    lose(cache);
    cut(cache);
  }

  private void lose(Cache cache) {
    var primary = cache.primaryPod();
    var lost = nodeOf(cache.pod(primary).require());
    var elsewhere = nodeOf(cache.pod(cache.replicaPods().getFirst()).require());
    var writer =
        Writer.start(
            story,
            cache,
            Optional.of(elsewhere),
            List.of("--rate", "1000", "--for", "10m", "--retries", "3"));
    writer.awaitLine("acknowledged", FAILS_OVER);
    story.step(1, "the power of " + lost + " is cut, where " + primary + " runs");
    long began = System.nanoTime();
    story.rig().run("node", "stop", number(lost));
    Wait.until(
        "another member leads",
        FAILS_OVER,
        () -> assertThat(cache.primaryPod()).isNotEqualTo(primary));
    story.tell(
        "%s leads after %.1f s".formatted(cache.primary(), (System.nanoTime() - began) / 1e9));

    story.step(2, lost + " is switched on again");
    story.rig().run("node", "start", number(lost));
    cache.awaitHealthy(RECOVERS);
    assertThat(cache.role(primary).isPrimary()).as(primary + " leads again").isFalse();
    var result = writer.stop();
    story.tell(result.toString());
    result.assertNothingLost();
  }

  private void cut(Cache cache) {
    var primary = cache.primaryPod();
    var lease = story.operator().leader();
    var operators =
        nodeOf(
            story.operator().list().stream()
                .filter(pod -> name(pod).equals(lease))
                .findFirst()
                .orElseThrow());
    var primarys = nodeOf(cache.pod(primary).require());
    story.step(
        3,
        "the link between "
            + primarys
            + " (primary) and "
            + operators
            + " (operator's leader) is cut");
    if (primarys.equals(operators)) {
      story.tell("both are one node: nothing to cut, so the leader moves first");
      story.operator().delete(lease);
      Wait.until(
          "another leads",
          FAILS_OVER,
          () -> assertThat(story.operator().leader()).isNotEqualTo(lease));
      cut(cache);
      return;
    }
    story.rig().run("link", "cut", number(primarys), number(operators));
    Wait.holds(
        primary + " still leads while the replica beyond the cut is no proof of its death",
        CUT,
        () -> assertThat(cache.primaryPod()).isEqualTo(primary));
    assertThat(cache.events("FailedOver"))
        .as("fail-overs of the whole story: the one of step 1")
        .hasSize(1);
    story.rig().run("link", "heal", number(primarys), number(operators));
    cache.awaitHealthy(RECOVERS);
    assertThat(cache.primaryPod()).isEqualTo(primary);
  }

  private static String name(Pod pod) {
    return pod.getMetadata().getName();
  }

  private static String nodeOf(Pod pod) {
    return pod.getSpec().getNodeName();
  }

  /** The rig counts its nodes: n2 is 2. */
  private static String number(String node) {
    return node.substring(1);
  }
}
