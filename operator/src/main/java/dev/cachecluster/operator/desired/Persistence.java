package dev.cachecluster.operator.desired;

import dev.cachecluster.api.v1alpha1.CacheClusterSpec;
import dev.cachecluster.api.v1alpha1.PersistenceMode;
import dev.cachecluster.api.v1alpha1.PersistenceSpec;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * What of the data outlives a server: the settings that make it so, the claim of each member's
 * volume, and how a pod mounts it.
 */
public final class Persistence {
  static final String PROOF_DIR = "/etc/cachecluster/volume";
  static final String DATA_DIR = "/data";

  /**
   * Until the kubelet ends a server: 5 s before it is told, 10 s for its replicas, and a margin.
   */
  private static final long SECONDS_TO_STOP = 45;

  /** What a slow disk writes of a snapshot in a second. */
  private static final long SLOW_DISK = 32L << 20;

  private final Names names;
  private final PersistenceSpec spec;

  Persistence(Names names, PersistenceSpec spec) {
    this.names = names;
    this.spec = spec;
  }

  /** The settings of the server's file that a mode means. */
  static Map<String, String> settings(PersistenceMode mode) {
    var lines = new LinkedHashMap<String, String>();
    switch (mode) {
      case NONE -> {
        // Nothing of the data may reach a disk that was not proved to be encrypted.
        lines.put("save", "\"\"");
        lines.put("appendonly", "no");
      }
      case SNAPSHOT -> {
        // After an hour with one change, five minutes with 100, a minute with 10,000; and at the
        // end.
        lines.put("save", "3600 1 300 100 60 10000");
        lines.put("appendonly", "no");
        // A disk that takes no snapshot is told by refused writes, and not found out when needed.
        lines.put("stop-writes-on-bgsave-error", "yes");
      }
      case APPEND_ONLY -> {
        lines.put("save", "\"\"");
        lines.put("appendonly", "yes");
        lines.put("appendfsync", "everysec");
        lines.put("no-appendfsync-on-rewrite", "no");
        lines.put("auto-aof-rewrite-percentage", "100");
        lines.put("auto-aof-rewrite-min-size", "64mb");
        lines.put("aof-use-rdb-preamble", "yes");
        // A file that was cut off is looked at, and not shortened behind everybody's back.
        lines.put("aof-load-truncated", "no");
      }
    }
    return lines;
  }

  /** How long a server may take to stop: one that keeps its data writes all of it. */
  static long secondsToStop(CacheClusterSpec spec) {
    return spec.persistence().mode().keeps()
        ? SECONDS_TO_STOP + MemoryBudget.of(spec).maxMemoryBytes() / SLOW_DISK
        : SECONDS_TO_STOP;
  }

  /** What a pod must be restarted for, if it changes. */
  List<Object> digested() {
    return List.of("volume", spec.encryption().required());
  }

  List<Volume> volumes(String member) {
    var volumes = new ArrayList<Volume>();
    if (!spec.mode().keeps()) {
      // In memory: nothing is meant to be written here, and nothing of it may reach a disk.
      volumes.add(
          new VolumeBuilder()
              .withName("data")
              .withNewEmptyDir()
              .withMedium("Memory")
              .withSizeLimit(new Quantity("16", "Mi"))
              .endEmptyDir()
              .build());
      return volumes;
    }
    volumes.add(
        new VolumeBuilder()
            .withName("data")
            // Not to say that it may be written to is to say so; the API server leaves it out.
            .withNewPersistentVolumeClaim(names.claim(member), null)
            .build());
    if (spec.encryption().required()) {
      // It is not there before the volume is proven, and without it no container is started.
      volumes.add(
          new VolumeBuilder()
              .withName("proof")
              .withNewConfigMap()
              .withName(names.volumeProof(member))
              .withDefaultMode(0440)
              .withOptional(false)
              .endConfigMap()
              .build());
    }
    return volumes;
  }

  List<VolumeMount> mounts() {
    var mounts = new ArrayList<VolumeMount>();
    mounts.add(new VolumeMountBuilder().withName("data").withMountPath(DATA_DIR).build());
    if (spec.mode().keeps() && spec.encryption().required()) {
      mounts.add(
          new VolumeMountBuilder()
              .withName("proof")
              .withMountPath(PROOF_DIR)
              .withReadOnly(true)
              .build());
    }
    return mounts;
  }

  /** The claims of these members, by member. */
  Map<String, PersistentVolumeClaim> claims(Set<String> members) {
    var claims = new LinkedHashMap<String, PersistentVolumeClaim>();
    if (spec.mode().keeps()) {
      members.forEach(member -> claims.put(member, claim(member)));
    }
    return claims;
  }

  /** The claim of a member's volume; of which class stands in it only if the spec names one. */
  private PersistentVolumeClaim claim(String member) {
    var labels = Labels.of(names.cluster());
    labels.put(Labels.MEMBER, member);
    return new PersistentVolumeClaimBuilder()
        .withNewMetadata()
        .withName(names.claim(member))
        .withNamespace(names.namespace())
        .withLabels(labels)
        .endMetadata()
        .withNewSpec()
        .withAccessModes("ReadWriteOnce")
        .withVolumeMode("Filesystem")
        .withStorageClassName(spec.storageClassName())
        .withNewResources()
        .addToRequests("storage", new Quantity(Objects.requireNonNull(spec.size())))
        .endResources()
        .endSpec()
        .build();
  }

  /**
   * What lets a member's server start.
   *
   * @param claim the uid of the claim that it is bound to
   * @param volume the volume that is proven, by name
   * @param evidence for it
   */
  public static ConfigMap proof(
      Names names, String member, String claim, String volume, String evidence) {
    var labels = Labels.of(names.cluster());
    labels.put(Labels.MEMBER, member);
    return new ConfigMapBuilder()
        .withNewMetadata()
        .withName(names.volumeProof(member))
        .withNamespace(names.namespace())
        .withLabels(labels)
        .endMetadata()
        .withData(Map.of("claim", claim, "volume", volume, "evidence", evidence))
        .build();
  }
}
