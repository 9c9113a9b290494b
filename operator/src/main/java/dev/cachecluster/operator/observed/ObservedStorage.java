package dev.cachecluster.operator.observed;

import dev.cachecluster.operator.storage.ClassView;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Where the data of a cluster lies.
 *
 * @param wanted the class that new volumes are made with, or why there is none; empty if no volume
 *     is wanted
 * @param volumes by member, of all members that have a claim, those that are no longer wanted too
 */
public record ObservedStorage(Optional<WantedClass> wanted, Map<String, ObservedVolume> volumes) {
  /** Of a cluster that keeps nothing, and has no claim. */
  public static final ObservedStorage NONE = new ObservedStorage(Optional.empty(), Map.of());

  public ObservedStorage {
    volumes = Map.copyOf(new TreeMap<>(volumes));
  }

  /** The class for new volumes. */
  public sealed interface WantedClass {
    record Found(ClassView view) implements WantedClass {}

    /** There is none, which the API server said. */
    record Missing(String why) implements WantedClass {}

    /** The API server did not say. */
    record Unread(String why) implements WantedClass {}
  }

  public Optional<ObservedVolume> of(String member) {
    return Optional.ofNullable(volumes.get(member));
  }
}
