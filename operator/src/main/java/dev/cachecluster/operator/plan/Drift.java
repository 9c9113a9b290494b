package dev.cachecluster.operator.plan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.cachecluster.operator.desired.Digests;
import dev.cachecluster.operator.desired.Labels;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Optional;
import java.util.Set;

/**
 * Whether a live object is what is desired. Everything that is desired must stand in it; what others
 * or the API server added is left alone, except in selectors and lists, where an addition changes
 * the meaning.
 */
public final class Drift {
  /** Maps in which one key more means something else. */
  private static final Set<String> EXACT = Set.of("selector", "matchLabels", "podSelector");

  private static final ObjectMapper JSON = new ObjectMapper();

  private Drift() {}

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
    return contains(tree(live.get()), tree(desired), "")
        ? Optional.empty()
        : Optional.of(new Action.Apply(marked(desired), Action.Change.DRIFTED));
  }

  /** A copy that bears the digest of what it was made from. */
  public static <T extends HasMetadata> T marked(T desired) {
    var copy = Serialization.clone(desired);
    var metadata = copy.getMetadata();
    var annotations = new java.util.TreeMap<String, String>();
    if (metadata.getAnnotations() != null) {
      annotations.putAll(metadata.getAnnotations());
    }
    annotations.put(Labels.APPLIED, Digests.of(desired));
    metadata.setAnnotations(annotations);
    return copy;
  }

  private static JsonNode tree(HasMetadata object) {
    return JSON.valueToTree(object);
  }

  private static boolean contains(JsonNode live, JsonNode desired, String field) {
    if (desired.isObject()) {
      if (!live.isObject() || (EXACT.contains(field) && live.size() != desired.size())) {
        return false;
      }
      var fields = desired.properties();
      return fields.stream()
          .allMatch(
              entry ->
                  entry.getValue().isNull()
                      || (entry.getValue().isContainerNode() && entry.getValue().isEmpty())
                      || (live.has(entry.getKey())
                          && contains(live.get(entry.getKey()), entry.getValue(), entry.getKey())));
    }
    if (desired.isArray()) {
      if (!live.isArray() || live.size() != desired.size()) {
        return false;
      }
      for (int i = 0; i < desired.size(); i++) {
        if (!contains(live.get(i), desired.get(i), field)) {
          return false;
        }
      }
      return true;
    }
    return live.equals(desired) || sameText(live.asText(), desired.asText());
  }

  /** {@code 128Mi} and {@code 134217728} are one quantity, and the API server may write either. */
  private static boolean sameText(String live, String desired) {
    if (live.equals(desired)) {
      return true;
    }
    try {
      return Quantity.getAmountInBytes(Quantity.parse(live)).compareTo(Quantity.getAmountInBytes(Quantity.parse(desired)))
          == 0;
    } catch (IllegalArgumentException | NullPointerException e) {
      return false;
    }
  }
}
