package dev.cachecluster.operator.desired;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Every place of some specs that takes a text: values, and the keys of maps that people fill. */
final class TextPlaces {
  private static final Set<String> MAPS =
      Set.of("config", "nodeSelector", "podLabels", "podAnnotations", "matchLabels");

  private final Map<String, Place> places = new LinkedHashMap<>();

  /**
   * One place.
   *
   * @param text that stands there
   * @param with gives the spec with another text there, as JSON
   */
  record Place(String text, UnaryOperator<String> with) {}

  private TextPlaces() {}

  /** Those of these specs, by a name as {@code engine.version}: each in the first that has it. */
  static Map<String, Place> of(List<JsonNode> specs) {
    var found = new TextPlaces();
    specs.forEach(spec -> found.walk(spec, spec, "", List.of()));
    return found.places;
  }

  private void walk(JsonNode spec, JsonNode node, String name, List<Object> path) {
    if (node instanceof TextNode) {
      places.putIfAbsent(name, new Place(node.asText(), text -> replaced(spec, path, text)));
    } else if (node instanceof ArrayNode list) {
      for (int i = 0; i < list.size(); i++) {
        walk(spec, list.get(i), name + "[]", longer(path, i));
      }
    } else if (node instanceof ObjectNode object) {
      boolean filled = MAPS.contains(name.substring(name.lastIndexOf('.') + 1));
      for (var entry : object.properties()) {
        var key = entry.getKey();
        if (filled) {
          places.putIfAbsent(
              name + ".(key)", new Place(key, text -> renamed(spec, path, key, text)));
        }
        var below = filled ? name + ".*" : (name.isEmpty() ? key : name + "." + key);
        walk(spec, entry.getValue(), below, longer(path, key));
      }
    }
  }

  private static List<Object> longer(List<Object> path, Object step) {
    var longer = new ArrayList<>(path);
    longer.add(step);
    return List.copyOf(longer);
  }

  private static JsonNode at(JsonNode root, List<Object> path) {
    var node = root;
    for (var step : path) {
      node = step instanceof Integer index ? node.get(index) : node.get((String) step);
    }
    return node;
  }

  private static String replaced(JsonNode spec, List<Object> path, String text) {
    var copy = spec.deepCopy();
    var parent = at(copy, path.subList(0, path.size() - 1));
    if (parent instanceof ArrayNode list) {
      list.set((int) path.getLast(), TextNode.valueOf(text));
    } else {
      ((ObjectNode) parent).put((String) path.getLast(), text);
    }
    return copy.toString();
  }

  private static String renamed(JsonNode spec, List<Object> path, String key, String text) {
    var copy = spec.deepCopy();
    var map = (ObjectNode) at(copy, path);
    map.set(text, map.remove(key));
    return copy.toString();
  }
}
