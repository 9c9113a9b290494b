package dev.cachecluster.stories;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachecluster.stories.rig.Cache;
import dev.cachecluster.stories.rig.Disks;
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
 * Files that a server cannot read: moved aside where somebody else has the data, and left alone
 * where nobody has.
 *
 * <ol>
 *   <li>cut off the file of a replica and end its server → its files are looked at, moved aside on
 *       the same volume, and it is filled from the primary; the primary serves all the time
 *   <li>the same to a cache that has one server only → Degraded for the reason DataCorrupt; nothing
 *       on its volume is changed, however long one looks
 *   <li>put back what was cut off → it serves again by itself, with every key
 * </ol>
 */
@Order(8)
class DamagedFiles {
  private static final Duration WRITTEN = Duration.ofMinutes(1);

  /** The kubelet waits longer before each start, and a pod is made twice: to look and to move. */
  private static final Duration MENDED = Duration.ofMinutes(4);

  private static final Duration LOOKED_AT = Duration.ofSeconds(20);

  /** The newest file that writes are appended to. */
  private static final String LAST = "$(ls appendonlydir/*.incr.aof | sort -V | tail -1)";

  private static final String SUMS = "find . -type f ! -name spare | sort | xargs sha256sum";
  @RegisterExtension final Story story = new Story();

  @Test
  void story() {
    var disks = Disks.of(story);
    var persistence =
        "persistence: {mode: AppendOnly, size: 384Mi, storageClassName: " + disks.encrypted() + "}";
    story.step(1, "a replica's file is cut off");
    var cache = Cache.ready(story, "{topology: {replicas: 1}, " + persistence + "}");
    long keys = write(cache);
    cache.awaitReplicated(WRITTEN);
    var replica = cache.replicaPods().getFirst();
    var uid = cache.podUids().get(replica);
    var primary = cache.primaryPod();
    disks.inVolume(cache, replica, "truncate -s -7 " + LAST);
    story.rig().killProcess(cache.namespace(), replica);
    Wait.until(
        replica + " is another pod",
        MENDED,
        () -> assertThat(cache.podUids().get(replica)).isNotNull().isNotEqualTo(uid));
    story.tell("events: " + cache.events("Restarted").stream().map(e -> e.getMessage()).toList());
    Wait.until(
        "its files are moved aside",
        MENDED,
        () ->
            assertThat(disks.inVolume(cache, replica, "ls -d aside-*/appendonlydir aside-*/done"))
                .contains("appendonlydir")
                .contains("done"));
    cache.awaitHealthy(MENDED);
    assertThat(cache.primaryPod()).as("the primary").isEqualTo(primary);
    assertThat(cache.keys(replica)).as("keys of " + replica).isEqualTo(keys);
    assertThat(disks.inVolume(cache, replica, "ls -d aside-* | wc -l").strip())
        .as("what was moved aside, the newest only")
        .isEqualTo("1");

    story.step(2, "the only copy is cut off");
    var only =
        Cache.readyIn(
            story,
            story.anotherNamespace("only"),
            "{topology: {replicas: 0}, " + persistence + "}");
    long all = write(only);
    var pod = only.primaryPod();
    disks.inVolume(only, pod, "cp " + LAST + " spare; truncate -s -7 " + LAST);
    var before = disks.inVolume(only, pod, SUMS);
    story.rig().killProcess(only.namespace(), pod);
    Wait.until(
        "Degraded for the reason DataCorrupt",
        MENDED,
        () -> {
          var degraded = only.told("Degraded");
          assertThat(degraded.getStatus()).isEqualTo("True");
          assertThat(degraded.getReason()).as(degraded.getMessage()).isEqualTo("DataCorrupt");
        });
    story.tell(only.told("Degraded").getMessage());
    var uids = only.podUids();
    Wait.holds(
        "nothing is changed and no pod is replaced",
        LOOKED_AT,
        () -> {
          assertThat(disks.inVolume(only, pod, SUMS)).isEqualTo(before);
          assertThat(only.podUids()).isEqualTo(uids);
        });

    story.step(3, "what was cut off is put back");
    disks.inVolume(only, pod, "cat spare > " + LAST + "; rm spare");
    only.pod(pod).delete();
    only.awaitHealthy(MENDED);
    assertThat(only.keys(pod)).as("keys").isEqualTo(all);
    assertThat(only.events("DataLost")).as("events DataLost").isEmpty();
  }

  private long write(Cache cache) {
    var writer =
        Writer.start(
            story,
            cache,
            Optional.empty(),
            List.of("--rate", "1000", "--for", "2s", "--verify-after", "1s"));
    writer.result(WRITTEN).assertNothingLost().assertNothingFailed();
    return cache.keys(cache.primaryPod());
  }
}
