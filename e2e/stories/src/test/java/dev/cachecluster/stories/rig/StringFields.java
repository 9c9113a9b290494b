package dev.cachecluster.stories.rig;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** Every place in a spec that takes a string, keys of maps and quantities included. */
public final class StringFields {
  private final List<Field> fields = new ArrayList<>();
  private final List<String> withoutSample = new ArrayList<>();

  private StringFields() {}

  /**
   * One place.
   *
   * @param name such as {@code CacheUser spec.keys[]}
   * @param leaf the name of the field itself, as a refusal should say it
   * @param with a sample, as JSON, with another string there
   */
  public record Field(String name, String leaf, UnaryOperator<String> with) {}

  /** A place in a sample. */
  private record Place(JsonNode sample, JsonNode node, List<Object> path) {
    Place at(Object step, JsonNode below) {
      var longer = new ArrayList<>(path);
      longer.add(step);
      return new Place(sample, below, List.copyOf(longer));
    }

    String replaced(String text) {
      var copy = sample.deepCopy();
      var parent = find(copy, path.subList(0, path.size() - 1));
      if (parent instanceof ArrayNode array) {
        array.set((int) path.getLast(), TextNode.valueOf(text));
      } else {
        ((ObjectNode) parent).put((String) path.getLast(), text);
      }
      return copy.toString();
    }

    String renamed(String text) {
      var copy = sample.deepCopy();
      var object = (ObjectNode) find(copy, path);
      object.set(text, object.remove(object.fieldNames().next()));
      return copy.toString();
    }

    private static JsonNode find(JsonNode root, List<Object> path) {
      var node = root;
      for (var step : path) {
        node = step instanceof Integer index ? node.get(index) : node.get((String) step);
      }
      return node;
    }
  }

  /**
   * Of one kind.
   *
   * @param schema of its spec
   * @param samples objects of that kind: for each field the first that sets it is used
   */
  public static StringFields of(String kind, JsonNode schema, List<JsonNode> samples) {
    var all = new StringFields();
    var places =
        samples.stream()
            .map(sample -> new Place(sample, sample.path("spec"), List.of("spec")))
            .toList();
    all.walk(schema, kind + " spec", "spec", places);
    return all;
  }

  public List<Field> fields() {
    return List.copyOf(fields);
  }

  /** Fields that no sample sets, and that can therefore not be tried. */
  public List<String> withoutSample() {
    return List.copyOf(withoutSample);
  }

  private void walk(JsonNode schema, String name, String leaf, List<Place> places) {
    var type = schema.path("type").asText();
    if (type.equals("string") || schema.path("x-kubernetes-int-or-string").asBoolean()) {
      add(name, leaf, places, (place, text) -> place.replaced(text));
    } else if (type.equals("array")) {
      walk(schema.path("items"), name + "[]", leaf, each(places, StringFields::elements));
    } else {
      for (var property : schema.path("properties").properties()) {
        var key = property.getKey();
        walk(property.getValue(), name + "." + key, key, each(places, place -> child(place, key)));
      }
      var values = schema.path("additionalProperties");
      if (values.isObject()) {
        var filled = places.stream().filter(place -> !place.node().isEmpty()).toList();
        add(name + ".(key)", leaf, filled, (place, text) -> place.renamed(text));
        walk(values, name + ".*", leaf, each(places, StringFields::children));
      }
    }
  }

  private interface Placing {
    String put(Place place, String text);
  }

  private void add(String name, String leaf, List<Place> places, Placing placing) {
    if (places.isEmpty()) {
      withoutSample.add(name);
    } else {
      fields.add(new Field(name, leaf, text -> placing.put(places.getFirst(), text)));
    }
  }

  private interface Below {
    Stream<Place> of(Place place);
  }

  private static List<Place> each(List<Place> places, Below below) {
    return places.stream().flatMap(below::of).filter(place -> !place.node().isNull()).toList();
  }

  private static Stream<Place> child(Place place, String key) {
    return Stream.ofNullable(place.node().get(key)).map(node -> place.at(key, node));
  }

  private static Stream<Place> children(Place place) {
    return place.node().properties().stream()
        .map(entry -> place.at(entry.getKey(), entry.getValue()));
  }

  private static Stream<Place> elements(Place place) {
    return Stream.iterate(0, index -> index < place.node().size(), index -> index + 1)
        .map(index -> place.at(index, place.node().get(index)));
  }
}
