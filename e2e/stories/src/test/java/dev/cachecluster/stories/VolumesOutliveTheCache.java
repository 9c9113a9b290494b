package dev.cachecluster.stories;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachecluster.stories.rig.Cache;
import dev.cachecluster.stories.rig.Disks;
import dev.cachecluster.stories.rig.Story;
import dev.cachecluster.stories.rig.Wait;
import dev.cachecluster.stories.rig.Writer;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceQuotaBuilder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Whose a volume is: it outlives its cache unless told otherwise, and one of somebody else's is not
 * touched.
 *
 * <ol>
 *   <li>a claim of the name that ours will have is there, of somebody else → ForeignObject names
 *       it, and it is as it was; its owner removes it, and the cache goes on
 *   <li>a quota leaves no room for claims → the reason is told in the API server's words; it is
 *       lifted, and the cache goes on by itself
 *   <li>write keys to a cache that keeps snapshots, delete it, create the same again → the claims
 *       stayed, and every key is back: a server saves as it ends
 *   <li>the volume of a replica is lost → VolumeLost says what to do, and the primary goes on; do
 *       it → the replica is filled anew, and no key is gone
 *   <li>set {@code onDelete: Delete}, and take a replica away → its claim goes with it; delete the
 *       cache → no claim is left
 * </ol>
 */
@Order(9)
class VolumesOutliveTheCache {
  private static final Duration NOTICED = Duration.ofSeconds(60);
  private static final Duration WRITTEN = Duration.ofMinutes(1);
  private static final Duration GONE = Duration.ofMinutes(2);
  @RegisterExtension final Story story = new Story();

  @Test
  void story() {
    var disks = Disks.of(story);
    var spec =
        "{topology: {replicas: 1}, persistence: {mode: Snapshot, size: 384Mi, storageClassName: "
            + disks.encrypted()
            + "}}";
    story.step(1, "a claim of somebody else");
    var foreign =
        story
            .client()
            .resource(
                new PersistentVolumeClaimBuilder()
                    .withNewMetadata()
                    .withName("demo-0-0-data")
                    .withNamespace(story.namespace())
                    .endMetadata()
                    .withNewSpec()
                    .withStorageClassName("local")
                    .withAccessModes("ReadWriteOnce")
                    .withNewResources()
                    .withRequests(Map.of("storage", new Quantity("300Mi")))
                    .endResources()
                    .endSpec()
                    .build())
            .create();
    var cache = Cache.create(story, spec);
    stalls(cache, "ForeignObject", "demo-0-0-data");
    assertThat(story.client().resource(foreign).get().getMetadata().getResourceVersion())
        .as("the version of the claim, which nobody touched")
        .isEqualTo(foreign.getMetadata().getResourceVersion());
    assertThat(cache.pods()).as("pods").isEmpty();
    var quota =
        story
            .client()
            .resource(
                new ResourceQuotaBuilder()
                    .withNewMetadata()
                    .withName("none")
                    .withNamespace(story.namespace())
                    .endMetadata()
                    .withNewSpec()
                    .withHard(Map.of("persistentvolumeclaims", new Quantity("0")))
                    .endSpec()
                    .build())
            .create();

    story.step(2, "a quota");
    story.client().resource(foreign).delete();
    Wait.until(
        "the quota is told",
        NOTICED,
        () -> assertThat(cache.told("Reconciling").getMessage()).contains("exceeded quota: none"));
    story.tell(cache.told("Reconciling").getMessage());
    story.client().resource(quota).delete();
    cache.awaitHealthy(Cache.READY_WITHIN.multipliedBy(2));
    cache.application().awaitBound(Cache.READY_WITHIN);

    story.step(3, "a cache is deleted, and made again");
    var writer =
        Writer.start(
            story,
            cache,
            Optional.empty(),
            List.of("--rate", "1000", "--for", "3s", "--verify-after", "1s"));
    writer.result(WRITTEN).assertNothingLost().assertNothingFailed();
    long keys = cache.keys(cache.primaryPod());
    var claims = disks.claims(cache);
    cache.resource().delete();
    Wait.until("its pods are gone", GONE, () -> assertThat(cache.pods()).isEmpty());
    assertThat(disks.claims(cache).keySet()).as("claims").isEqualTo(claims.keySet());
    var again = Cache.createIn(story, story.namespace(), spec);
    again.awaitHealthy(Cache.READY_WITHIN.multipliedBy(2));
    assertThat(again.keys(again.primaryPod())).as("keys").isEqualTo(keys);
    again.awaitEvent("Restored", NOTICED);
    story.tell(keys + " keys are back");

    story.step(4, "the volume of a replica is lost");
    var replica = again.replicaPods().getFirst();
    var gone = disks.lose(again, replica);
    stalls(
        again, "VolumeLost", "delete the claim and the pod of " + replica.replaceFirst("-0$", ""));
    assertThat(again.told("Ready").getStatus()).as("Ready").isEqualTo("True");
    story.client().resource(gone).delete();
    again.pod(replica).delete();
    again.awaitHealthy(Cache.READY_WITHIN.multipliedBy(2));
    assertThat(disks.claims(again).values())
        .as("claims, one of them another one")
        .hasSize(2)
        .noneMatch(each -> each.getMetadata().getUid().equals(gone.getMetadata().getUid()));
    for (var pod : again.podUids().keySet()) {
      assertThat(again.keys(pod)).as("keys of " + pod).isEqualTo(keys);
    }

    story.step(5, "onDelete: Delete");
    again.change("{persistence: {onDelete: Delete}}");
    again.awaitHealthy(NOTICED);
    Wait.until(
        "the claims go with the cache",
        NOTICED,
        () ->
            assertThat(disks.claims(again).values())
                .allMatch(claim -> !claim.getMetadata().getOwnerReferences().isEmpty()));
    again.change("{topology: {replicas: 0}}");
    Wait.until(
        "the claim of the replica goes with it",
        GONE,
        () -> assertThat(disks.claims(again)).hasSize(1));
    again.awaitHealthy(NOTICED);
    assertThat(again.keys(again.primaryPod())).as("keys").isEqualTo(keys);
    again.resource().delete();
    Wait.until("no claim is left", GONE, () -> assertThat(disks.claims(again)).isEmpty());
  }

  private void stalls(Cache cache, String reason, String words) {
    Wait.until(
        "Stalled for " + reason,
        NOTICED,
        () -> {
          var stalled = cache.told("Stalled");
          assertThat(stalled.getReason()).as(stalled.getMessage()).isEqualTo(reason);
          assertThat(stalled.getMessage()).contains(words);
        });
    story.tell(cache.told("Stalled").getMessage());
  }
}
