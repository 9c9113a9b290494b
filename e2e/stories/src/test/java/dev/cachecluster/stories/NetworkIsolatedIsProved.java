package dev.cachecluster.stories;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachecluster.stories.rig.Cache;
import dev.cachecluster.stories.rig.Replica;
import dev.cachecluster.stories.rig.Story;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * The cluster's network ignores NetworkPolicies, and the status says so.
 *
 * <ol>
 *   <li>a cache becomes ready → a probe finds NetworkIsolated True, and its pods are gone again
 *   <li>the network stops enforcing policies, and a replica is replaced → NetworkIsolated is False,
 *       names who got where, one Warning says so, and the cache serves on
 *   <li>it enforces them again, and the replica is replaced once more → NetworkIsolated is True
 *   <li>the spec opens the members a way to the API server → NetworkIsolated is False, and the
 *       message names spec.network.egress; no pod is replaced
 *   <li>the spec closes it again → NetworkIsolated is True
 * </ol>
 */
@Order(23)
@Isolated("It opens the network of all.")
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
    Replica.replace(cache, PROBED);
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
    Replica.replace(cache, PROBED);
    cache.awaitNetwork("Isolated", PROBED);
    cache.awaitHealthy(Cache.READY_WITHIN);
    assertThat(cache.events("NotEnforced")).hasSize(1);

    story.step(4, "the spec opens a way to the API server");
    var pods = cache.podUids();
    cache.change("{network: {egress: [%s]}}".formatted(apiServer()));
    cache.awaitNetwork("NotEnforced", PROBED);
    assertThat(cache.told(TYPE).getMessage())
        .contains("under the members' policy connected to the API server", "spec.network.egress")
        .doesNotContain("a pod that nothing lets in");
    story.tell(cache.told(TYPE).getMessage());

    story.step(5, "and closes it again");
    cache.change("{network: null}");
    cache.awaitNetwork("Isolated", PROBED);
    cache.awaitHealthy(Cache.READY_WITHIN);
    assertThat(cache.podUids()).isEqualTo(pods);
  }

  /** Where the API server itself listens: a policy judges a packet after the Service is undone. */
  private String apiServer() {
    var subset =
        story
            .client()
            .endpoints()
            .inNamespace("default")
            .withName("kubernetes")
            .require()
            .getSubsets()
            .getFirst();
    return "{type: Cidr, cidr: %s/32, ports: [{protocol: TCP, port: %d}]}"
        .formatted(
            subset.getAddresses().getFirst().getIp(), subset.getPorts().getFirst().getPort());
  }

  private static String checkedAt(Cache cache) {
    return Optional.ofNullable(cache.status().network())
        .map(network -> String.valueOf(network.checkedAt()))
        .orElseThrow(() -> new AssertionError("status.network is not there"));
  }
}
