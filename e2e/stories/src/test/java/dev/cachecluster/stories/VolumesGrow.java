package dev.cachecluster.stories;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachecluster.stories.rig.Cache;
import dev.cachecluster.stories.rig.Disks;
import dev.cachecluster.stories.rig.Story;
import dev.cachecluster.stories.rig.Wait;
import dev.cachecluster.stories.rig.Writer;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Volumes grow while they are used; what cannot be had is refused, and holds up nothing.
 *
 * <ol>
 *   <li>raise {@code size} under load → every claim and every file system has it, nobody is
 *       restarted, no write failed
 *   <li>lower it → ShrinkRefused; a setting that is changed with it is applied all the same
 *   <li>create a cache of a class that cannot expand, and raise its size → ExpansionUnsupported;
 *       the cache serves on
 * </ol>
 */
@Order(4)
class VolumesGrow {
  private static final Duration NOTICED = Duration.ofSeconds(30);

  /** The kubelet looks at a pod that did not change once in a minute or so. */
  private static final Duration GROWN = Duration.ofMinutes(4);

  @RegisterExtension final Story story = new Story();

  @Test
  void story() {
    var disks = Disks.of(story);
    var cache =
        Cache.ready(
            story,
            "{topology: {replicas: 1}, persistence: {mode: AppendOnly, size: 384Mi, storageClassName: "
                + disks.encrypted()
                + "}}");
    story.step(1, "a larger size, under load");
    var pods = cache.podUids();
    var writer = Writer.load(story, cache);
    cache.change("{persistence: {size: 640Mi}}");
    long began = System.nanoTime();
    Wait.until(
        "every claim has 640Mi",
        GROWN,
        () -> assertThat(disks.sizes(cache).values()).hasSize(2).allMatch("640Mi/640Mi"::equals));
    story.tell("grown after %.1f s".formatted((System.nanoTime() - began) / 1e9));
    for (var pod : pods.keySet()) {
      var blocks = disks.inVolume(cache, pod, "df -Pm . | tail -1 | awk '{ print $2 }'").strip();
      assertThat(Integer.parseInt(blocks)).as("MiB that " + pod + " sees").isGreaterThan(500);
    }
    assertThat(cache.podUids()).as("pods").isEqualTo(pods);
    var result = writer.stop().assertNothingLost().assertNothingFailed();
    story.tell(result.toString());
    cache.awaitHealthy(Cache.READY_WITHIN);

    story.step(2, "a smaller size is refused, and nothing waits for it");
    cache.change("{persistence: {size: 512Mi}, memory: {evictionPolicy: noeviction}}");
    stalls(cache, "ShrinkRefused");
    assertThat(disks.sizes(cache).values()).allMatch("640Mi/640Mi"::equals);
    Wait.until(
        "the eviction policy is the new one",
        NOTICED,
        () -> assertThat(cache.settings()).contains("maxmemory-policy noeviction"));
    assertThat(cache.podUids()).as("pods").isEqualTo(pods);
    cache.change("{persistence: {size: 640Mi}}");
    cache.awaitHealthy(Cache.READY_WITHIN);

    story.step(3, "a class that cannot expand");
    var fixed =
        disks.classLike("fixed", "fixed", Map.of(), Map.of(Disks.DECLARED, "fixed, and encrypted"));
    var other =
        Cache.readyIn(
            story,
            story.anotherNamespace("fixed"),
            "{topology: {replicas: 0}, persistence: {mode: Snapshot, size: 384Mi, storageClassName: "
                + fixed
                + "}}");
    other.change("{persistence: {size: 512Mi}}");
    stalls(other, "ExpansionUnsupported");
    assertThat(other.told("Ready").getStatus()).isEqualTo("True");
    assertThat(disks.sizes(other).values()).allMatch("384Mi/384Mi"::equals);
  }

  private void stalls(Cache cache, String reason) {
    Wait.until(
        "Stalled for " + reason,
        NOTICED,
        () -> assertThat(cache.told("Stalled").getReason()).isEqualTo(reason));
    assertThat(cache.told("Ready").getStatus()).isEqualTo("True");
    story.tell(cache.told("Stalled").getMessage());
  }
}
