package dev.cachecluster.stories.rig;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.storage.StorageClass;
import io.fabric8.kubernetes.api.model.storage.StorageClassBuilder;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * What an administrator of the Kubernetes cluster does with storage, and what one finds on the
 * machines: classes of a story's own, and the files on a member's volume.
 */
public final class Disks {
  /** How an administrator vouches for what the operator's catalogue does not know. */
  public static final String DECLARED = "cachecluster.dev/encrypted-by";

  private final Story story;

  private Disks(Story story) {
    this.story = story;
  }

  public static Disks of(Story story) {
    return new Disks(story);
  }

  /**
   * A class of this story's own, like one of the rig's: {@code local}, {@code fixed}, {@code
   * shared} or {@code encrypted}. It goes with the story.
   *
   * @param parameters besides those of the rig's class
   */
  public String classLike(
      String rigs, String suffix, Map<String, String> parameters, Map<String, String> annotations) {
    var like = classes(rigs);
    var all = new TreeMap<>(Objects.requireNonNullElse(like.getParameters(), Map.of()));
    all.putAll(parameters);
    var name = story.namespace() + "-" + suffix;
    var own =
        new StorageClassBuilder()
            .withNewMetadata()
            .withName(name)
            .withAnnotations(annotations)
            .endMetadata()
            .withProvisioner(like.getProvisioner())
            .withParameters(all)
            .withReclaimPolicy(like.getReclaimPolicy())
            .withVolumeBindingMode(like.getVolumeBindingMode())
            .withAllowVolumeExpansion(like.getAllowVolumeExpansion())
            .build();
    story.client().resource(own).create();
    story.atTheEnd(() -> story.client().storage().v1().storageClasses().withName(name).delete());
    return name;
  }

  /** The rig's encrypted class, which an administrator vouches for. */
  public String encrypted() {
    return classLike(
        "encrypted", "encrypted", Map.of(), Map.of(DECLARED, "fscrypt on the rig's own disk"));
  }

  private StorageClass classes(String name) {
    var found = story.client().storage().v1().storageClasses().withName(name).get();
    if (found == null) {
      throw new AssertionError(
          "this rig has no StorageClass "
              + name
              + "; its kernel may lack fscrypt, or the rig is of an older build: make cluster-down,"
              + " then run this again");
    }
    return found;
  }

  /** The claims of a cache, by name. */
  public Map<String, PersistentVolumeClaim> claims(Cache cache) {
    var claims = new TreeMap<String, PersistentVolumeClaim>();
    story
        .client()
        .persistentVolumeClaims()
        .inNamespace(cache.namespace())
        .withLabel(OwnedObjects.CLUSTER, cache.name())
        .list()
        .getItems()
        .forEach(claim -> claims.put(claim.getMetadata().getName(), claim));
    return claims;
  }

  /** What is asked for and what there is, of each claim: {@code 384Mi/384Mi}. */
  public Map<String, String> sizes(Cache cache) {
    var sizes = new TreeMap<String, String>();
    claims(cache)
        .forEach(
            (name, claim) ->
                sizes.put(
                    name,
                    claim.getSpec().getResources().getRequests().get("storage")
                        + "/"
                        + Objects.requireNonNullElse(
                                claim.getStatus().getCapacity(),
                                Map.<String, io.fabric8.kubernetes.api.model.Quantity>of())
                            .get("storage")));
    return sizes;
  }

  /**
   * Takes the volume of a pod's claim out of the API, as a storage system that lost it does. The
   * files are gone with it once the pod is.
   */
  public PersistentVolumeClaim lose(Cache cache, String pod) {
    var claim = claimOf(cache, pod);
    var volumes = story.client().persistentVolumes();
    var name = claim.getSpec().getVolumeName();
    volumes.withName(name).delete();
    volumes
        .withName(name)
        .edit(
            live -> {
              live.getMetadata().setFinalizers(List.of());
              return live;
            });
    return claim;
  }

  /** How often a text lies in plain on the disk that all volumes lie on. */
  public int found(String text) {
    return Integer.parseInt(story.rig().run("disk", "search", text).strip());
  }

  /** Runs a script of the shell in a member's data directory, on its node; gives what it said. */
  public String inVolume(Cache cache, String pod, String script) {
    var live = cache.pod(pod).require();
    var volume = claimOf(cache, pod).getSpec().getVolumeName();
    assertThat(volume).as("the volume of " + pod).isNotNull();
    assertThat(live.getSpec().getNodeName()).as("the node of " + pod).isNotNull();
    var directory =
        "/var/lib/kubelet/pods/"
            + live.getMetadata().getUid()
            + "/volumes/kubernetes.io~csi/"
            + volume
            + "/mount";
    return story.rig().run(onNode(live.getSpec().getNodeName(), directory, script));
  }

  private PersistentVolumeClaim claimOf(Cache cache, String pod) {
    var claim =
        cache.pod(pod).require().getSpec().getVolumes().stream()
            .flatMap(
                volume ->
                    volume.getPersistentVolumeClaim() == null
                        ? java.util.stream.Stream.empty()
                        : java.util.stream.Stream.of(
                            volume.getPersistentVolumeClaim().getClaimName()))
            .findFirst()
            .orElseThrow(() -> new AssertionError(pod + " has no claim"));
    var bound = claims(cache).get(claim);
    assertThat(bound).as("claim " + claim).isNotNull();
    return Objects.requireNonNull(bound);
  }

  private static String[] onNode(String node, String directory, String script) {
    // Nodes are called n1, n2 and n3, and the rig counts them.
    return List.of(
            "node",
            "exec",
            node.replaceFirst("n", ""),
            "--",
            "sh",
            "-euc",
            "cd " + directory + "; " + script)
        .toArray(String[]::new);
  }
}
