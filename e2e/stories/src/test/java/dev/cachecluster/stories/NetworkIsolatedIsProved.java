package dev.cachecluster.stories;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachecluster.stories.rig.Cache;
import dev.cachecluster.stories.rig.Story;
import dev.cachecluster.stories.rig.Wait;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The cluster's network ignores NetworkPolicies, and the status says so.
 *
 * <ol>
 *   <li>a cache becomes ready → a probe finds NetworkIsolated True, and its pods are gone again
 *   <li>the network stops enforcing policies, and a replica is replaced → NetworkIsolated is False,
 *       names who got where, one Warning says so, and the cache serves on
 *   <li>it enforces them again, and the replica is replaced once more → NetworkIsolated is True
 * </ol>
 */
@Order(23)
class NetworkIsolatedIsProved {
  private static final Duration PROBED = Duration.ofMinutes(3);
  private static final String TYPE = "NetworkIsolated";

  @RegisterExtension final Story story = new Story();

  @Test
  void story() {
    story.step(1, "a cache becomes ready");
    var cache = Cache.ready(story, "{}");
    cache.awaitNetwork("Isolated", PROBED);
    assertThat(cache.told(TYPE).getStatus()).isEqualTo("True");
    var first = checkedAt(cache);
    story.tell("probed at " + first + ": " + cache.told(TYPE).getMessage());

    story.step(2, "the network ignores its policies");
    story.atTheEnd(() -> story.rig().run("netpol", "on"));
    story.rig().run("netpol", "off");
    replaceAReplica(cache);
    cache.awaitNetwork("NotEnforced", PROBED);
    var told = cache.told(TYPE);
    assertThat(told.getStatus()).isEqualTo("False");
    assertThat(told.getMessage()).contains("demo-0-0", "the API server", "demo-members");
    assertThat(checkedAt(cache)).isGreaterThan(first);
    assertThat(cache.events("NotEnforced"))
        .singleElement()
        .satisfies(event -> assertThat(event.getType()).isEqualTo("Warning"));
    cache.awaitHealthy(Cache.READY_WITHIN);
    story.tell(told.getMessage());

    story.step(3, "it enforces them again");
    story.rig().run("netpol", "on");
    replaceAReplica(cache);
    cache.awaitNetwork("Isolated", PROBED);
    cache.awaitHealthy(Cache.READY_WITHIN);
    assertThat(cache.events("NotEnforced")).hasSize(1);
  }

  /**
   * What was proven of its predecessor says nothing of the new pod, so the network is tried again.
   */
  private static void replaceAReplica(Cache cache) {
    var replica = cache.replicaPods().getFirst();
    var before = cache.podUids().get(replica);
    cache.pod(replica).delete();
    Wait.until(
        "another pod " + replica,
        PROBED,
        () -> assertThat(cache.podUids().getOrDefault(replica, before)).isNotEqualTo(before));
    Wait.until(
        "nothing is said of the new pod's network, or something new",
        PROBED,
        () -> assertThat(cache.status().network()).isNull());
    cache.awaitHealthy(Cache.READY_WITHIN);
  }

  private static String checkedAt(Cache cache) {
    return Optional.ofNullable(cache.status().network())
        .map(network -> String.valueOf(network.checkedAt()))
        .orElseThrow(() -> new AssertionError("status.network is not there"));
  }
}
