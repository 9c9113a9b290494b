package dev.cachecluster.stories;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachecluster.stories.rig.Cache;
import dev.cachecluster.stories.rig.Disks;
import dev.cachecluster.stories.rig.Story;
import dev.cachecluster.stories.rig.Wait;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A volume that is not proven to be encrypted is never used, the default class included; and how
 * far a class that lies can be seen through.
 *
 * <ol>
 *   <li>create a cache without naming a class → the default one is not known to encrypt: nothing is
 *       claimed, no pod is made, and EncryptionVerified says why and what helps
 *   <li>name a class that is declared to be encrypted, but whose own parameters say {@code
 *       encrypted: "false"} → refused, and the contradiction is named
 *   <li>name one that does not exist → StorageClassMissing
 *   <li>name a plain class that an administrator declares to be encrypted → believed: Kubernetes
 *       shows nothing that says otherwise, so the evidence names who vouches for it
 *   <li>take the declaration back → EncryptionVerified is False at once and the servers that run go
 *       on, but a pod that is made again waits
 *   <li>declare it again → the pod starts, and all is well
 * </ol>
 */
@Order(3)
class UnprovenVolumes {
  private static final Duration NOTICED = Duration.ofSeconds(30);

  /** Classes are looked at again once in a minute, unless a claim changed. */
  private static final Duration LOOKED_AT_AGAIN = Duration.ofSeconds(90);

  @RegisterExtension final Story story = new Story();

  @Test
  void story() {
    var disks = Disks.of(story);
    story.step(1, "the default class is not known to encrypt");
    var cache =
        Cache.create(
            story, "{topology: {replicas: 1}, persistence: {mode: Snapshot, size: 384Mi}}");
    refused(cache, "EncryptionUnverified", "is not in the catalogue");
    assertThat(disks.claims(cache)).as("claims").isEmpty();
    assertThat(cache.pods()).as("pods").isEmpty();

    story.step(2, "a class that contradicts what is declared of it");
    var contradicted =
        disks.classLike(
            "local",
            "contradicted",
            Map.of("encrypted", "false"),
            Map.of(Disks.DECLARED, "the vendor's word"));
    use(cache, contradicted);
    refused(cache, "EncryptionUnverified", "but says encrypted=false");

    story.step(3, "a class that does not exist");
    use(cache, story.namespace() + "-nowhere");
    refused(cache, "StorageClassMissing", "there is no StorageClass");
    assertThat(disks.claims(cache)).as("claims").isEmpty();

    story.step(4, "a plain class that is declared to be encrypted");
    var declared =
        disks.classLike("local", "declared", Map.of(), Map.of(Disks.DECLARED, "a promise"));
    use(cache, declared);
    cache.awaitHealthy(Cache.READY_WITHIN);
    var verified = cache.told("EncryptionVerified");
    assertThat(verified.getStatus()).as(verified.getMessage()).isEqualTo("True");

    story.step(5, "the declaration is taken back");
    var pods = cache.podUids();
    declare(declared, "");
    Wait.until(
        "EncryptionVerified is False",
        LOOKED_AT_AGAIN,
        () -> assertThat(cache.told("EncryptionVerified").getStatus()).isEqualTo("False"));
    assertThat(cache.podUids()).as("pods, which go on").isEqualTo(pods);
    var replica = cache.replicaPods().getFirst();
    cache.pod(replica).delete();
    Wait.until(
        replica + " waits for the proof of its volume",
        Cache.READY_WITHIN,
        () -> {
          var again = cache.pod(replica).get();
          assertThat(again).as(replica).isNotNull();
          assertThat(again.getMetadata().getUid()).isNotEqualTo(pods.get(replica));
          assertThat(again.getSpec().getNodeName()).as("its node").isNotNull();
          assertThat(again.getStatus().getPhase()).isEqualTo("Pending");
        });
    Wait.holds(
        replica + " does not start",
        Duration.ofSeconds(10),
        () -> assertThat(cache.pod(replica).require().getStatus().getPhase()).isEqualTo("Pending"));

    story.step(6, "it is declared again");
    declare(declared, "a promise, again");
    cache.awaitHealthy(LOOKED_AT_AGAIN.plus(Cache.READY_WITHIN));
  }

  private static void use(Cache cache, String storageClass) {
    cache.change("{persistence: {storageClassName: " + storageClass + "}}");
  }

  private void declare(String storageClass, String words) {
    story
        .client()
        .storage()
        .v1()
        .storageClasses()
        .withName(storageClass)
        .edit(
            live -> {
              live.getMetadata().setAnnotations(Map.of(Disks.DECLARED, words));
              return live;
            });
  }

  private void refused(Cache cache, String reason, String words) {
    Wait.until(
        "the cache stalls for " + reason,
        NOTICED,
        () -> {
          var stalled = cache.told("Stalled");
          assertThat(stalled.getReason()).as(stalled.getMessage()).isEqualTo(reason);
          assertThat(stalled.getMessage()).contains(words);
        });
    story.tell(cache.told("Stalled").getMessage());
  }
}
