package dev.cachecluster.operator.observed;

import dev.cachecluster.operator.storage.ClassView;
import dev.cachecluster.operator.storage.Encryption;
import dev.cachecluster.operator.storage.Judgement;
import dev.cachecluster.operator.storage.VolumeView;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A member's claim, and what it is bound to.
 *
 * @param claim its name
 * @param uid tells it from one of the same name that was there before
 * @param storageClass the class that it asks
 * @param phase Pending, Bound or Lost
 * @param askedBytes how much it asks for
 * @param capacityBytes how large the volume is; empty until there is one
 * @param awaitsNode whether it has grown, and the file system on it is to follow on its node
 * @param owned whether it goes with the cluster
 * @param member whose label it bears
 * @param unfit why no server can use it, if it was made otherwise than ours are
 * @param deleting whether it was asked to go
 * @param volume what it is bound to; empty until it is
 * @param madeBy the class of that volume; empty if it is gone, or is another one by now
 */
public record ObservedVolume(
    String claim,
    String uid,
    Optional<String> storageClass,
    String phase,
    long askedBytes,
    OptionalLong capacityBytes,
    boolean awaitsNode,
    boolean owned,
    Optional<String> member,
    Optional<String> unfit,
    boolean deleting,
    Optional<VolumeView> volume,
    Optional<ClassView> madeBy) {

  /** What is known of its encryption. */
  public Judgement encryption() {
    return volume
        .map(bound -> Encryption.of(bound, madeBy))
        .orElseGet(() -> new Judgement.Unknown("claim " + claim + " is not bound to a volume yet"));
  }

  /** Whether what it was bound to is gone. */
  public boolean isLost() {
    return phase.equals("Lost");
  }
}
