package dev.cachecluster.operator.plan;

import dev.cachecluster.api.v1alpha1.PersistenceSpec;
import dev.cachecluster.api.v1alpha1.VolumePolicy;
import dev.cachecluster.operator.desired.DesiredState;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.Map;
import java.util.Optional;

/** What is asked for a member's volume: as the spec wants it, and as it can be had. */
record Claims(DesiredState desired, PersistenceSpec spec) {
  /** Whether volumes go with the cluster. */
  boolean owned() {
    return spec.onDelete() == VolumePolicy.DELETE;
  }

  /** The claim of a member, of this class and size. */
  PersistentVolumeClaim of(String member, Optional<String> storageClass, long bytes) {
    return new PersistentVolumeClaimBuilder(desired.claims().get(member))
        .editSpec()
        .withStorageClassName(storageClass.orElse(null))
        .editResources()
        .withRequests(Map.of("storage", quantity(bytes)))
        .endResources()
        .endSpec()
        .build();
  }

  private static Quantity quantity(long bytes) {
    return bytes % (1L << 20) == 0
        ? new Quantity(Long.toString(bytes >> 20), "Mi")
        : new Quantity(Long.toString(bytes), "");
  }
}
