package dev.cachecluster.operator.status;

import dev.cachecluster.api.v1alpha1.VolumeStatus;
import dev.cachecluster.operator.observed.ObservedVolume;
import dev.cachecluster.operator.plan.Reason;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/** Judges where the data of a cache lies, if it is kept. */
final class StorageVerdict {
  private static final String TYPE = "EncryptionVerified";

  private final StatusInput input;

  StorageVerdict(StatusInput input) {
    this.input = input;
  }

  /** Whether every volume is proven to be encrypted, required or not. */
  void condition(Conditions conditions) {
    var members = input.desired().claims().keySet();
    if (members.isEmpty()) {
      return;
    }
    var waiting = new ArrayList<String>();
    for (var member : members) {
      var volume = input.world().storage().of(member);
      var bound = volume.filter(each -> each.volume().isPresent());
      if (bound.isEmpty()) {
        waiting.add(member);
      } else if (!bound.get().encryption().isProven()) {
        conditions.set(
            TYPE,
            false,
            Reason.ENCRYPTION_UNVERIFIED,
            "volume of " + member + ": " + bound.get().encryption().text());
        return;
      }
    }
    var refused =
        input.plan().blocked().stream()
            .filter(blocked -> blocked.reason() == Reason.ENCRYPTION_UNVERIFIED)
            .findFirst();
    if (refused.isPresent()) {
      conditions.set(TYPE, false, Reason.ENCRYPTION_UNVERIFIED, refused.get().message());
    } else if (waiting.isEmpty()) {
      conditions.set(
          TYPE, true, Reason.VERIFIED, "there is evidence for every volume, see status.members");
    } else {
      conditions.unknown(
          TYPE, Reason.NOT_CHECKED, "no volume is bound yet for " + String.join(", ", waiting));
    }
  }

  /** What is known of a member's volume. */
  @Nullable VolumeStatus volume(String member) {
    return input.world().storage().of(member).map(StorageVerdict::told).orElse(null);
  }

  private static VolumeStatus told(ObservedVolume volume) {
    return new VolumeStatus(
        volume.claim(),
        volume.volume().map(bound -> bound.name()).orElse(null),
        volume.storageClass().orElse(null),
        volume.capacityBytes().isPresent() ? size(volume.capacityBytes().getAsLong()) : null,
        volume.volume().isPresent() ? volume.encryption().text() : null);
  }

  private static String size(long bytes) {
    for (int shift = 40; shift > 10; shift -= 10) {
      if (bytes % (1L << shift) == 0) {
        return (bytes >> shift) + (shift == 40 ? "Ti" : shift == 30 ? "Gi" : "Mi");
      }
    }
    return new Quantity(Long.toString(bytes), "").toString();
  }
}
