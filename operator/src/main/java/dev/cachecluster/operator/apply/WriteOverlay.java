package dev.cachecluster.operator.apply;

import dev.cachecluster.operator.observed.ObjectKey;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * What this operator wrote a moment ago, until its caches show it: a pass must not decide on a
 * world that is older than its own last act. Not thread-safe; the passes of one cluster never
 * overlap.
 */
public final class WriteOverlay {
  /** A cache that lags longer is broken; from then on it is believed again. */
  private static final Duration TRUST = Duration.ofSeconds(5);

  private final Map<ObjectKey, Written> written = new HashMap<>();

  private record Written(HasMetadata object, Instant at) {}

  void wrote(HasMetadata object, Instant now) {
    written.put(ObjectKey.of(object), new Written(object, now));
  }

  /** The cached objects, with what was written since in its place. */
  public Map<ObjectKey, HasMetadata> over(Map<ObjectKey, HasMetadata> cached, Instant now) {
    var merged = new HashMap<>(cached);
    written
        .entrySet()
        .removeIf(
            entry -> {
              var own = entry.getValue();
              var seen = cached.get(entry.getKey());
              return own.at().plus(TRUST).isBefore(now)
                  || (seen != null && version(seen) >= version(own.object()));
            });
    written.forEach((key, own) -> merged.put(key, own.object()));
    return merged;
  }

  /** Resource versions grow (KEP-5504); before Kubernetes promised it, they did so in fact. */
  private static long version(HasMetadata object) {
    try {
      return Long.parseLong(object.getMetadata().getResourceVersion());
    } catch (NumberFormatException e) {
      return Long.MAX_VALUE;
    }
  }
}
