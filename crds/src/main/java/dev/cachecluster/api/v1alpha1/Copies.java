package dev.cachecluster.api.v1alpha1;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Immutable copies for records. Maps come out sorted, so that whatever is made from them does not
 * depend on the order in which the YAML was written. The JDK's copyOf is no choice: it throws on a
 * null element, and one odd object must not stop an informer from reading all others.
 */
final class Copies {
  private Copies() {}

  static <T> @Nullable List<T> list(@Nullable List<T> source) {
    return source == null ? null : Collections.unmodifiableList(new ArrayList<>(source));
  }

  static @Nullable Map<String, String> sorted(@Nullable Map<String, String> source) {
    return source == null ? null : Collections.unmodifiableMap(new TreeMap<>(source));
  }
}
