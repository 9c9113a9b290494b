package dev.cachecluster.operator.mockapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** Sends the script of requests to an API, and notes of each answer what a client would rely on. */
final class Replay {
  static final String SCRIPT = "/mockapi/requests.json";
  static final String ANSWERS = "/mockapi/answers-" + Fixtures.VERSION + ".json";

  /** An API to send requests to. */
  interface Target {
    ApiReply send(ApiRequest request) throws IOException;

    /** Lets the API's controllers do what they do; the request is then sent again. */
    void letWork();
  }

  private final Target target;
  private final Map<String, String> variables = new HashMap<>();

  /**
   * A replay.
   *
   * @param group of the CacheCluster resource, or of one just like it that no operator meddles with
   */
  Replay(Target target, String namespace, String group) {
    this.target = target;
    variables.put("ns", namespace);
    variables.put("group", group);
  }

  static JsonNode resource(String name) {
    try (var in = Replay.class.getResourceAsStream(name)) {
      return ApiRequest.JSON.readTree(Objects.requireNonNull(in, name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** By the step's name, its answer. */
  Map<String, JsonNode> run() throws IOException {
    var answers = new TreeMap<String, JsonNode>();
    int number = 0;
    for (var step : resource(SCRIPT)) {
      answers.put(String.format("%03d %s", ++number, step.path("name").asText()), answer(step));
    }
    return answers;
  }

  private JsonNode answer(JsonNode step) throws IOException {
    var request =
        ApiRequest.of(
            step.path("method").asText(),
            filled(step.path("path").asText()),
            filled(step.path("query").asText("")),
            step.path("type").asText(step.has("body") ? "application/json" : ""),
            step.has("body") ? filled(step.get("body").toString()) : "");
    var reply = target.send(request);
    for (int i = 0;
        step.has("until") && reply.code() != step.get("until").asInt() && i < 300;
        i++) {
      target.letWork();
      reply = target.send(request);
    }
    var body = json(reply);
    step.path("capture")
        .properties()
        .forEach(
            entry -> variables.put(entry.getKey(), body.at(entry.getValue().asText()).asText()));
    var noted = ApiRequest.JSON.createObjectNode().put("code", reply.code());
    if (body.path("kind").asText().equals("Status") && reply.code() >= 300) {
      noted.put("reason", body.path("reason").asText());
    } else {
      step.path("see").forEach(what -> note(noted, filled(what.asText()), body));
    }
    return noted;
  }

  /** An error below the API's own layer need not be JSON. */
  private static JsonNode json(ApiReply reply) throws IOException {
    return reply.body().startsWith("{")
        ? ApiRequest.JSON.readTree(reply.body())
        : ApiRequest.JSON.createObjectNode();
  }

  private String filled(String text) {
    var result = text;
    for (var variable : variables.entrySet()) {
      result = result.replace("${" + variable.getKey() + "}", variable.getValue());
    }
    return result;
  }

  private static void note(ObjectNode noted, String what, JsonNode body) {
    var words = what.split(" ", 2);
    switch (words[0]) {
      case "same" ->
          noted.put(
              "same version",
              body.path("metadata").path("resourceVersion").asText().equals(words[1]));
      case "has" -> noted.put(words[1], !body.at(words[1]).isMissingNode());
      case "names" -> names(noted.putArray("names"), body.path("items"), "/metadata/name");
      case "mounts" ->
          names(
              noted.putArray("mounts"),
              body.at("/spec/template/spec/containers/0/volumeMounts"),
              "/mountPath");
      case "ports" -> names(noted.putArray("ports"), body.at("/spec/ports"), "/port");
      case "condition" -> {
        for (var condition : body.at("/status/conditions")) {
          if (condition.path("type").asText().equals(words[1])) {
            noted.put(what, condition.path("status").asText());
          }
        }
      }
      default -> {
        var value = body.at(what);
        if (!value.isMissingNode() && (value.isValueNode() || !value.isEmpty())) {
          noted.set(what, value);
        }
      }
    }
  }

  private static void names(ArrayNode into, JsonNode items, String pointer) {
    items.forEach(item -> into.add(item.at(pointer).asText()));
  }
}
