package dev.cachecluster.operator.faults;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.cachecluster.operator.mockapi.MockApi;
import java.util.ArrayList;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The objects of an API without what differs from run to run: names, times, versions, and secrets.
 */
final class Canonical {
  private static final Set<String> MASKED =
      Set.of(
          "uid",
          "claim",
          "resourceVersion",
          "creationTimestamp",
          "generation",
          "observedGeneration",
          "lastTransitionTime",
          "notAfter",
          "lastRotation",
          "since",
          "checkedAt",
          "digest",
          "podIP",
          "restartCount",
          "lineage",
          "replid",
          "cachecluster.dev/applied",
          "cachecluster.dev/certificate");

  private Canonical() {}

  /** By kind and name. Events are news, and may be lost with the operator that had them. */
  static Map<String, String> of(MockApi api) {
    var state = new TreeMap<String, String>();
    for (var object : api.lookAll()) {
      var kind = object.path("kind").asText();
      if (!kind.equals("Event")) {
        if (kind.equals("Secret")) {
          hide(object.withObject("/data"));
        }
        mask(object);
        state.put(kind + "/" + object.path("metadata").path("name").asText(), object.toString());
      }
    }
    return state;
  }

  /** An issuer's certificate is kept under the digest of itself. */
  private static void hide(ObjectNode data) {
    var names = new ArrayList<String>();
    data.fieldNames().forEachRemaining(names::add);
    data.removeAll();
    names.forEach(name -> data.put(name.replaceFirst("^trusted-[0-9a-f]+", "trusted-*"), "*"));
  }

  private static void mask(JsonNode node) {
    if (node instanceof ObjectNode map) {
      var names = new ArrayList<String>();
      map.fieldNames().forEachRemaining(names::add);
      names.stream().sorted().forEach(name -> map.set(name, map.remove(name)));
      for (var entry : map.properties()) {
        if (MASKED.contains(entry.getKey())) {
          entry.setValue(TextNode.valueOf("*"));
        } else {
          mask(entry.getValue());
        }
      }
    } else if (node instanceof ArrayNode list) {
      list.forEach(Canonical::mask);
    }
  }
}
