package dev.cachecluster.operator.mockapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Takes objects apart into the fields that somebody can own, and puts them together again. */
final class Fields {
  /** What the API server owns itself, and what only names the object. */
  private static final Set<String> NOT_OWNED =
      Set.of(
          "name",
          "namespace",
          "uid",
          "resourceVersion",
          "generation",
          "generateName",
          "creationTimestamp",
          "deletionTimestamp",
          "deletionGracePeriodSeconds",
          "managedFields",
          "selfLink");

  private Fields() {}

  /**
   * Every field that can be owned, with its value. An item of a list with keys is a field of its
   * own, whose value is missing: who owns it keeps it in the list.
   */
  static Map<List<String>, JsonNode> of(ObjectNode object) {
    var fields = new LinkedHashMap<List<String>, JsonNode>();
    object
        .properties()
        .forEach(
            entry -> {
              if (entry.getKey().equals("metadata")) {
                entry.getValue().properties().stream()
                    .filter(field -> !NOT_OWNED.contains(field.getKey()))
                    .forEach(
                        field ->
                            collect(List.of("metadata", field.getKey()), field.getValue(), fields));
              } else if (!entry.getKey().equals("apiVersion") && !entry.getKey().equals("kind")) {
                collect(List.of(entry.getKey()), entry.getValue(), fields);
              }
            });
    return fields;
  }

  private static void collect(List<String> path, JsonNode value, Map<List<String>, JsonNode> into) {
    if (value.isNull()) {
      return;
    }
    if (value instanceof ArrayNode list && !list.isEmpty()) {
      var keys = Schema.keys(path);
      if (!keys.isEmpty()) {
        list.forEach(item -> collectItem(and(path, Schema.step(item, keys)), item, keys, into));
        return;
      }
      if (Schema.isSet(path)) {
        list.forEach(item -> into.put(and(path, "[" + item.asText() + "]"), item));
        return;
      }
    } else if (!Schema.isAtomic(path, value) && !value.isEmpty()) {
      value
          .properties()
          .forEach(entry -> collect(and(path, entry.getKey()), entry.getValue(), into));
      return;
    }
    into.put(path, value);
  }

  private static void collectItem(
      List<String> path, JsonNode item, List<String> keys, Map<List<String>, JsonNode> into) {
    into.put(path, item.path("there is no such field"));
    item.properties().stream()
        .filter(entry -> !keys.contains(entry.getKey()))
        .forEach(entry -> collect(and(path, entry.getKey()), entry.getValue(), into));
  }

  static List<String> and(List<String> path, String step) {
    var longer = new ArrayList<>(path);
    longer.add(step);
    return List.copyOf(longer);
  }

  /** Lays the intent over the object; what the intent does not name stays. */
  static void merge(List<String> path, ObjectNode object, ObjectNode intent) {
    intent
        .properties()
        .forEach(
            entry -> {
              if (!entry.getValue().isNull()) {
                object.set(
                    entry.getKey(),
                    merged(
                        and(path, entry.getKey()), object.path(entry.getKey()), entry.getValue()));
              }
            });
  }

  private static JsonNode merged(List<String> path, JsonNode standing, JsonNode wanted) {
    if (wanted instanceof ObjectNode wants
        && standing instanceof ObjectNode stands
        && !Schema.isAtomic(path, wanted)) {
      merge(path, stands, wants);
      return stands;
    }
    if (wanted instanceof ArrayNode wants && standing instanceof ArrayNode stands) {
      var keys = Schema.keys(path);
      if (!keys.isEmpty()) {
        wants.forEach(item -> mergeItem(path, stands, item, keys));
        return stands;
      }
      if (Schema.isSet(path)) {
        wants.forEach(
            item -> {
              if (find(stands, "[" + item.asText() + "]", List.of()) < 0) {
                stands.add(item);
              }
            });
        return stands;
      }
    }
    return wanted.deepCopy();
  }

  private static void mergeItem(
      List<String> path, ArrayNode list, JsonNode item, List<String> keys) {
    var step = Schema.step(item, keys);
    int at = find(list, step, keys);
    if (at < 0) {
      list.add(item.deepCopy());
    } else if (list.get(at) instanceof ObjectNode standing && item instanceof ObjectNode wanted) {
      merge(and(path, step), standing, wanted);
    }
  }

  private static int find(ArrayNode list, String step, List<String> keys) {
    for (int i = 0; i < list.size(); i++) {
      var found =
          keys.isEmpty() ? "[" + list.get(i).asText() + "]" : Schema.step(list.get(i), keys);
      if (found.equals(step)) {
        return i;
      }
    }
    return -1;
  }

  /** Takes a field away, and the maps and lists that become empty by it. */
  static void remove(ObjectNode object, List<String> path) {
    removeBelow(object, List.of(), path);
  }

  private static void removeBelow(JsonNode node, List<String> walked, List<String> path) {
    var step = path.get(walked.size());
    var here = and(walked, step);
    boolean last = here.size() == path.size();
    if (node instanceof ObjectNode map) {
      if (last) {
        map.remove(step);
      } else if (map.has(step)) {
        removeBelow(map.get(step), here, path);
        if (map.get(step).isContainerNode() && map.get(step).isEmpty() && here.size() > 1) {
          map.remove(step);
        }
      }
    } else if (node instanceof ArrayNode list) {
      int at = find(list, step, Schema.keys(walked));
      if (at >= 0 && last) {
        list.remove(at);
      } else if (at >= 0) {
        removeBelow(list.get(at), here, path);
      }
    }
  }
}
