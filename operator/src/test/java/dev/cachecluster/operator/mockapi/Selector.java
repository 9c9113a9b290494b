package dev.cachecluster.operator.mockapi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** Label and field selectors of lists and watches: equality, inequality, existence. */
final class Selector implements Predicate<ObjectNode> {
  private final List<Predicate<ObjectNode>> terms = new ArrayList<>();

  static Selector of(Map<String, String> query) throws ApiError {
    var selector = new Selector();
    for (var term : terms(query, "labelSelector")) {
      selector.terms.add(label(term));
    }
    for (var term : terms(query, "fieldSelector")) {
      selector.terms.add(field(term));
    }
    return selector;
  }

  private static List<String> terms(Map<String, String> query, String name) {
    var text = query.getOrDefault(name, "");
    return text.isEmpty() ? List.of() : List.of(text.split(","));
  }

  private static Predicate<ObjectNode> label(String term) throws ApiError {
    if (term.contains(" ") || term.contains("(")) {
      throw new ApiError(400, "BadRequest", "this API knows no set-based selector: " + term);
    }
    var parts = term.split("!=|==|=", 2);
    var name = parts[0].replaceFirst("^!", "");
    if (parts.length == 1) {
      return object -> labels(object, name) == !term.startsWith("!");
    }
    boolean unequal = term.startsWith(name + "!=");
    return object -> {
      boolean equal = labels(object, name) && label(object, name).equals(parts[1]);
      return equal != unequal;
    };
  }

  private static String label(ObjectNode object, String name) {
    return object.path("metadata").path("labels").path(name).asText("");
  }

  private static boolean labels(ObjectNode object, String name) {
    return object.path("metadata").path("labels").has(name);
  }

  private static Predicate<ObjectNode> field(String term) throws ApiError {
    var parts = term.split("==|=", 2);
    if (parts.length < 2
        || !(parts[0].equals("metadata.name") || parts[0].equals("metadata.namespace"))) {
      throw new ApiError(400, "BadRequest", "field label not supported: " + term);
    }
    var field = parts[0].substring("metadata.".length());
    return object -> object.path("metadata").path(field).asText("").equals(parts[1]);
  }

  @Override
  public boolean test(ObjectNode object) {
    return terms.stream().allMatch(term -> term.test(object));
  }
}
