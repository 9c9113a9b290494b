package dev.cachecluster.operator.storage;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * What a PersistentVolume says.
 *
 * @param uid tells it from one of the same name that was there before
 * @param storageClass the class that it was made with; empty if it was made by hand
 * @param driver of the CSI volume that it is; empty for all other kinds
 * @param attributes that its driver gave it when it was made
 * @param provisioner that says to have made it; empty if it was made by hand
 * @param copied whether its claim asked for the content of another volume or of a snapshot
 * @param created when
 * @param declaration what an administrator declared about its encryption
 */
public record VolumeView(
    String name,
    String uid,
    Optional<String> storageClass,
    Optional<String> driver,
    Map<String, String> attributes,
    Optional<String> provisioner,
    boolean copied,
    Instant created,
    Optional<String> declaration) {
  public VolumeView {
    attributes = Map.copyOf(attributes);
  }

  /** Whether this driver made it, and serves it. */
  boolean isOf(String name) {
    return driver.equals(Optional.of(name)) && provisioner.equals(Optional.of(name));
  }
}
