package dev.cachecluster.operator.mockapi;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * How server-side apply merges the fields of the kinds known here: which lists have items with a
 * key, which are sets, and which maps are one value. All other lists are one value, all other maps
 * are merged by key, as the API's own schema says (x-kubernetes-list-type, x-kubernetes-map-type).
 */
final class Schema {
  private static final Map<String, List<String>> KEYED =
      Map.ofEntries(
          Map.entry("conditions", List.of("type")),
          Map.entry("containers", List.of("name")),
          Map.entry("env", List.of("name")),
          Map.entry("imagePullSecrets", List.of("name")),
          Map.entry("initContainers", List.of("name")),
          Map.entry("members", List.of("name")),
          Map.entry("ownerReferences", List.of("uid")),
          Map.entry("topologySpreadConstraints", List.of("topologyKey", "whenUnsatisfiable")),
          Map.entry("volumeMounts", List.of("mountPath")),
          Map.entry("volumes", List.of("name")));

  private static final Set<String> SETS = Set.of("finalizers");

  /** Selectors mean something else as soon as one key more stands in them. */
  private static final Set<String> ATOMIC_MAPS =
      Set.of("selector", "podSelector", "namespaceSelector", "nodeSelector", "labelSelector");

  private Schema() {}

  /** The keys of an item of the list at this path; empty if its items have none. */
  static List<String> keys(List<String> path) {
    var field = path.getLast();
    if (field.equals("ports")) {
      return path.stream().anyMatch(step -> step.equals("containers"))
          ? List.of("containerPort", "protocol")
          : path.size() == 2 ? List.of("port", "protocol") : List.of();
    }
    return KEYED.getOrDefault(field, List.of());
  }

  static boolean isSet(List<String> path) {
    return SETS.contains(path.getLast());
  }

  static boolean isAtomic(List<String> path, JsonNode value) {
    return !value.isObject() || ATOMIC_MAPS.contains(path.getLast());
  }

  /** The step of a path that leads to this item. A protocol that is not named is TCP. */
  static String step(JsonNode item, List<String> keys) {
    return keys.stream()
        .map(
            key ->
                key
                    + "="
                    + (item.hasNonNull(key)
                        ? item.get(key).asText()
                        : key.equals("protocol") ? "TCP" : ""))
        .collect(Collectors.joining(",", "[", "]"));
  }
}
