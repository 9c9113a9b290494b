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
 * A disk is full to the last byte: reads go on, somebody is told, and a larger size mends it.
 *
 * <ol>
 *   <li>write keys, then fill the primary's volume → Degraded for the reason StorageFull; every key
 *       is read back, the primary stays in its Service, and no server is restarted
 *   <li>write → refused, by the server's own words
 *   <li>raise {@code size} → writes are taken again, of the very same processes
 * </ol>
 */
@Order(7)
class FullDisk {
  private static final Duration NOTICED = Duration.ofSeconds(60);
  private static final Duration MENDED = Duration.ofMinutes(4);
  private static final Duration LOOKED_AT = Duration.ofSeconds(20);
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
    var primary = cache.primaryPod();
    story.step(1, "the primary's disk is full");
    var reader =
        Writer.start(
            story,
            cache,
            Optional.empty(),
            List.of("--rate", "1000", "--for", "2s", "--verify-after", "15s"));
    reader.awaitLine("acknowledged keys back in", NOTICED);
    disks.inVolume(
        cache,
        primary,
        "for size in 1048576 4096 1; do dd if=/dev/zero bs=$size oflag=append conv=notrunc,fsync"
            + " of=filler 2>/dev/null || true; done");
    // Somebody has to write before a server finds out, and more than what a file system had set
    // aside for the file.
    Writer.start(
        story,
        cache,
        Optional.empty(),
        List.of("--rate", "2000", "--for", "10s", "--retries", "0", "--run", "full"));
    Wait.until(
        "Degraded for the reason StorageFull",
        NOTICED,
        () -> {
          var degraded = cache.told("Degraded");
          assertThat(degraded.getReason()).as(degraded.getMessage()).isEqualTo("StorageFull");
        });
    story.tell(cache.told("Degraded").getMessage());
    var pods = cache.podUids();
    var restarts = cache.restarts();
    var result = reader.result(NOTICED.multipliedBy(2)).assertNothingLost();
    story.tell("read back with a full disk: " + result.acked() + " keys");

    story.step(2, "writes are refused");
    var refused = Writer.roundtrip(story, cache.application(), "w:full");
    story.tell(refused);
    assertThat(refused).as("what a client is told").contains("MISCONF");
    Wait.holds(
        "the primary serves reads, and nobody is restarted",
        LOOKED_AT,
        () -> {
          assertThat(cache.told("Ready").getStatus()).isEqualTo("True");
          assertThat(cache.primaryPod()).isEqualTo(primary);
          assertThat(cache.podUids()).isEqualTo(pods);
          assertThat(cache.restarts()).isEqualTo(restarts);
        });

    story.step(3, "a larger size");
    cache.change("{persistence: {size: 640Mi}}");
    long began = System.nanoTime();
    cache.awaitHealthy(MENDED);
    story.tell("mended after %.1f s".formatted((System.nanoTime() - began) / 1e9));
    Writer.ask(story, cache, "--roundtrip");
    assertThat(cache.podUids()).as("pods").isEqualTo(pods);
    assertThat(cache.restarts()).as("restarts").isEqualTo(restarts);
  }
}
