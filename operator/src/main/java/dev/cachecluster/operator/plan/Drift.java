package dev.cachecluster.operator.plan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.cachecluster.operator.desired.Digests;
import dev.cachecluster.operator.desired.Labels;
import dev.cachecluster.operator.observed.ObjectKey;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Whether a live object is what is desired. Everything that is desired must stand in it; what
 * others or the API server added is left alone, except in selectors and lists, where an addition
 * changes the meaning.
 *
 * <p>One instance belongs to one cluster and one desired state. Not thread-safe.
 */
public final class Drift {
  private record Pair(HasMetadata desired, HasMetadata live) {}

  private final Map<ObjectKey, Pair> same = new HashMap<>();

  /**
   * Fields in which an addition, however deep, means something else: it selects others, or lets
   * others in.
   */
  private static final Set<String> EXACT = Set.of("selector", "podSelector", "ingress", "egress");

  private static final ObjectMapper JSON = new ObjectMapper();

  /** One that has seen nothing yet. */
  public Drift() {}

  /**
   * The same as {@link #of}, but two objects that were found to be the same are not compared again:
   * what is desired and what a cache holds is replaced when it changes, and never changed in place.
   * Nearly all passes find a cluster at rest, and most of such a pass was this comparison.
   */
  Optional<Action> between(HasMetadata desired, Optional<HasMetadata> live) {
    var key = ObjectKey.of(desired);
    var before = same.get(key);
    if (before != null && before.desired() == desired && before.live() == live.orElse(null)) {
      return Optional.empty();
    }
    var action = of(desired, live);
    if (action.isEmpty() && live.isPresent()) {
      same.put(key, new Pair(desired, live.get()));
    }
    return action;
  }

  /** The action that brings the live object to the desired one; empty if it is that already. */
  static Optional<Action> of(HasMetadata desired, Optional<HasMetadata> live) {
    if (live.isEmpty()) {
      return Optional.of(new Action.Apply(marked(desired), Action.Change.MISSING));
    }
    var annotations = live.get().getMetadata().getAnnotations();
    var digest = Digests.of(desired);
    var applied = annotations == null ? null : annotations.get(Labels.APPLIED);
    if (!digest.equals(applied)) {
      return Optional.of(new Action.Apply(marked(desired), Action.Change.CHANGED));
    }
    return contains(tree(live.get()), tree(desired), false)
        ? Optional.empty()
        : Optional.of(new Action.Apply(marked(desired), Action.Change.DRIFTED));
  }

  /** A copy that bears the digest of what it was made from. */
  public static <T extends HasMetadata> T marked(T desired) {
    var copy = copy(desired);
    var metadata = copy.getMetadata();
    var annotations = new java.util.TreeMap<String, String>();
    if (metadata.getAnnotations() != null) {
      annotations.putAll(metadata.getAnnotations());
    }
    annotations.put(Labels.APPLIED, Digests.of(desired));
    metadata.setAnnotations(annotations);
    return copy;
  }

  @SuppressWarnings("unchecked") // an object's class has the object's type
  private static <T extends HasMetadata> T copy(T object) {
    return (T) JSON.convertValue(object, object.getClass());
  }

  private static JsonNode tree(HasMetadata object) {
    return JSON.valueToTree(object);
  }

  private static boolean contains(JsonNode live, JsonNode desired, boolean exact) {
    if (desired.isObject()) {
      return live.isObject()
          && !(exact && live.size() != desired.size())
          && desired.properties().stream()
              .allMatch(field -> holds(live, field.getKey(), field.getValue(), exact));
    }
    if (desired.isArray()) {
      if (!live.isArray() || live.size() != desired.size()) {
        return false;
      }
      for (int i = 0; i < desired.size(); i++) {
        if (!contains(live.get(i), desired.get(i), exact)) {
          return false;
        }
      }
      return true;
    }
    return live.equals(desired) || sameText(live.asText(), desired.asText());
  }

  private static boolean holds(JsonNode live, String field, JsonNode desired, boolean exact) {
    boolean nothingAsked = desired.isNull() || (desired.isContainerNode() && desired.isEmpty());
    return nothingAsked
        || (live.has(field) && contains(live.get(field), desired, exact || EXACT.contains(field)));
  }

  /** {@code 128Mi} and {@code 134217728} are one quantity, and the API server may write either. */
  private static boolean sameText(String live, String desired) {
    if (live.equals(desired)) {
      return true;
    }
    try {
      return Quantity.getAmountInBytes(Quantity.parse(live))
              .compareTo(Quantity.getAmountInBytes(Quantity.parse(desired)))
          == 0;
    } catch (IllegalArgumentException | NullPointerException e) {
      return false;
    }
  }
}
