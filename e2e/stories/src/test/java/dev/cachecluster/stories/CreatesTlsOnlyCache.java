package dev.cachecluster.stories;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachecluster.api.v1alpha1.CacheCluster;
import dev.cachecluster.stories.rig.Cache;
import dev.cachecluster.stories.rig.PrinterColumns;
import dev.cachecluster.stories.rig.Story;
import dev.cachecluster.stories.rig.Writer;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A platform team applies the smallest example.
 *
 * <ol>
 *   <li>apply examples/01-minimal.yaml → Ready, TopologyHealthy, TLSVerified, PlaintextClosed and
 *       CredentialsApplied are True, of this generation
 *   <li>look back at the way there → it never claimed to be Stalled: nothing needed a person
 *   <li>kubectl get cacheclusters → the promised columns, filled
 *   <li>an application mounts the binding → it writes and reads over TLS 1.3
 *   <li>it connects in six wrong ways → every one is refused
 * </ol>
 */
@Order(1)
class CreatesTlsOnlyCache {
  @RegisterExtension final Story story = new Story();

  @Test
  void story() {
    story.step(1, "apply examples/01-minimal.yaml");
    var stalls = new ConcurrentLinkedQueue<String>();
    long began = System.nanoTime();
    var cache = Cache.create(story, "{}");
    try (var _ = cache.resource().watch(stalledInto(stalls))) {
      cache.awaitHealthy(Cache.READY_WITHIN);
    }
    story.tell(
        "apply → Ready and TopologyHealthy: %.1f s".formatted((System.nanoTime() - began) / 1e9));

    story.step(2, "it never claimed to need a person");
    assertThat(stalls).as("messages of Stalled=True while the cluster was created").isEmpty();

    story.step(3, "kubectl get cacheclusters");
    var columns = PrinterColumns.of(story.client(), cache.object());
    assertThat(columns.names())
        .containsExactly(
            "Name", "Ready", "Phase", "Topology", "Primary", "TLS-Expires", "Version", "Age");
    assertThat(columns.value("Ready")).isEqualTo("True");
    assertThat(columns.value("Phase")).isEqualTo("Running");
    assertThat(columns.value("Topology")).isEqualTo("1x3");
    assertThat(columns.value("Primary")).isEqualTo(cache.primary());
    assertThat(columns.value("TLS-Expires")).isNotBlank();
    assertThat(columns.value("Version")).startsWith("8.1.");

    story.step(4, "an application writes and reads");
    var roundTrip = Writer.ask(story, cache, "--roundtrip");
    assertThat(roundTrip).contains("TLS 1.3");
    story.tell(roundTrip);

    story.step(5, "six wrong ways to connect");
    var attacks = Writer.ask(story, cache, "--attacks");
    assertThat(attacks.lines().filter(line -> line.startsWith("REFUSED"))).hasSize(6);
  }

  private static Watcher<CacheCluster> stalledInto(Queue<String> messages) {
    return new Watcher<>() {
      @Override
      public void eventReceived(Action action, CacheCluster cluster) {
        var status = cluster.getStatus();
        var conditions = status == null ? null : status.conditions();
        if (conditions != null) {
          conditions.stream()
              .filter(
                  condition ->
                      condition.getType().equals("Stalled") && condition.getStatus().equals("True"))
              .forEach(
                  condition -> messages.add(condition.getReason() + ": " + condition.getMessage()));
        }
      }

      @Override
      public void onClose(WatcherException cause) {
        messages.add("the watch broke: " + cause.getMessage());
      }
    };
  }
}
