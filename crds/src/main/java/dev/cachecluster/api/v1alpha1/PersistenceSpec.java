package dev.cachecluster.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What of the data outlives the servers, and where it lies.
 *
 * @param mode None: the data is in memory only, and gone when all servers are. Snapshot: it is
 *     written to a volume when enough has changed and when a server is told to stop; what came
 *     after the last time is lost if all servers fail together. AppendOnly: every change is
 *     written, and forced to the disk once a second. Snapshot and AppendOnly cannot be exchanged
 *     directly: go over None.
 * @param size The size of each server's volume, in Mi, Gi or Ti; exactly with Snapshot, for which
 *     it is at least twice spec.memory.maxMemory, and with AppendOnly, for which it is at least
 *     three times as much. A larger one is given to every volume while it is used, if its class can
 *     do that; a smaller one is refused, and the rest of the spec goes on.
 * @param storageClassName The class of the volumes; the default class of the Kubernetes cluster if
 *     not given. Volumes that exist keep the class that they were made with.
 * @param encryption Encryption of the volumes. It is required if not given.
 * @param onDelete Retain: the volumes stay when the cache, or a member of it, is deleted, and a
 *     cache of the same name takes them up again. Delete: they are deleted with it.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
    value = "(self.mode == 'None') == !has(self.size)",
    message = PersistenceSpec.SIZED_MESSAGE)
@ValidationRule(
    value = "self.mode != 'None' || !has(self.storageClassName)",
    message = PersistenceSpec.CLASSED_MESSAGE)
@ValidationRule(
    value = "self.mode == oldSelf.mode || self.mode == 'None' || oldSelf.mode == 'None'",
    message = PersistenceSpec.EXCHANGE_MESSAGE)
public record PersistenceSpec(
    @Default("None") PersistenceMode mode,
    @Nullable
        @Size(max = 16)
        @ValidationRule(
            value =
                "self.matches('"
                    + PersistenceSpec.SIZE_PATTERN
                    + "') && quantity(self).compareTo(quantity('64Ti')) <= 0",
            message = PersistenceSpec.SIZE_MESSAGE)
        String size,
    @Nullable
        @Size(max = 253)
        @ValidationRule(
            value = "self.matches('" + Labels.OBJECT_NAME + "')",
            message = PersistenceSpec.CLASS_MESSAGE)
        String storageClassName,
    @Default("{}") EncryptionSpec encryption,
    @Default("Retain") VolumePolicy onDelete) {

  /** What a spec without persistence means. */
  public static final PersistenceSpec DEFAULTS =
      new PersistenceSpec(
          PersistenceMode.NONE, null, null, EncryptionSpec.DEFAULTS, VolumePolicy.RETAIN);

  /** How many times the data a volume must hold: an old snapshot, and the new one beside it. */
  static final int SNAPSHOT_FACTOR = 2;

  /** What was appended since, before the file is written anew, as well. */
  static final int APPEND_ONLY_FACTOR = 3;

  static final String SIZE_PATTERN = "^[1-9][0-9]{0,12}(Mi|Gi|Ti)$";
  static final String SIZE_MESSAGE =
      "spec.persistence.size must be a whole number of Mi, Gi or Ti up to 64Ti, for example 4Gi";
  static final String SIZED_MESSAGE =
      "spec.persistence.size goes exactly with mode Snapshot or AppendOnly: set it, or remove it"
          + " with mode None";
  static final String CLASSED_MESSAGE =
      "spec.persistence.storageClassName goes with mode Snapshot or AppendOnly: remove it with mode"
          + " None";
  static final String CLASS_MESSAGE =
      "spec.persistence.storageClassName must be the name of a StorageClass: letters a-z, digits,"
          + " '-' and '.'";
  static final String EXCHANGE_MESSAGE =
      "spec.persistence.mode: Snapshot and AppendOnly do not read each other's files; set None"
          + " first, and the other one when that is rolled out (with replicas, nothing is lost)";
  static final String SNAPSHOT_SIZE_MESSAGE =
      "spec.persistence.size must be at least twice spec.memory.maxMemory with mode Snapshot: a new"
          + " snapshot is written beside the old one";
  static final String APPEND_ONLY_SIZE_MESSAGE =
      "spec.persistence.size must be at least three times spec.memory.maxMemory with mode"
          + " AppendOnly: the file grows to twice the data before a new one is written beside it";

  private static final Pattern SIZE = Pattern.compile("([1-9][0-9]{0,12})(Mi|Gi|Ti)");
  private static final long MOST = 64L << 40;

  /** Null comes only from JSON without the field that did not pass an API server. */
  public PersistenceSpec {
    if (mode == null) {
      mode = PersistenceMode.NONE;
    }
    if (encryption == null) {
      encryption = EncryptionSpec.DEFAULTS;
    }
    if (onDelete == null) {
      onDelete = VolumePolicy.RETAIN;
    }
  }

  /** {@link #size} in bytes; empty if there is none, or not one the API allows. */
  public OptionalLong sizeBytes() {
    var match = size == null ? null : SIZE.matcher(size);
    if (match == null || !match.matches()) {
      return OptionalLong.empty();
    }
    int shift =
        switch (match.group(2)) {
          case "Mi" -> 20;
          case "Gi" -> 30;
          default -> 40;
        };
    long number = Long.parseLong(match.group(1));
    return number <= MOST >> shift ? OptionalLong.of(number << shift) : OptionalLong.empty();
  }
}
