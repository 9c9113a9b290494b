package dev.cachecluster.operator.mockapi;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * One request, as it came over the wire.
 *
 * @param query the parameters, decoded
 * @param contentType empty if there is no body
 */
public record ApiRequest(
    String method, String path, Map<String, String> query, String contentType, String body) {
  static final ObjectMapper JSON = new ObjectMapper();

  /** Splits a path with parameters. */
  public static ApiRequest of(
      String method, String path, String rawQuery, String contentType, String body) {
    var query =
        Arrays.stream(rawQuery.split("&"))
            .filter(part -> !part.isEmpty())
            .map(part -> part.split("=", 2))
            .collect(
                Collectors.toMap(
                    part -> decoded(part[0]),
                    part -> part.length > 1 ? decoded(part[1]) : "",
                    (a, _) -> a));
    return new ApiRequest(method, path, query, contentType, body);
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }

  public boolean isWrite() {
    return !method.equals("GET");
  }

  public boolean isWatch() {
    return query.getOrDefault("watch", "false").equals("true");
  }

  boolean isApply() {
    return method.equals("PATCH") && contentType.startsWith("application/apply-patch");
  }

  String manager() {
    return query.getOrDefault("fieldManager", "client");
  }

  ObjectNode object() throws ApiError {
    try {
      if (JSON.readTree(body) instanceof ObjectNode node) {
        return node;
      }
    } catch (JsonProcessingException e) {
      throw new ApiError(400, "BadRequest", "the body is not JSON: " + e.getOriginalMessage());
    }
    throw new ApiError(400, "BadRequest", "the body is not an object");
  }

  /** What it is about, for logs and counts; a request to something unknown has no address. */
  Optional<Address> address() {
    return Address.of(path);
  }

  @Override
  public String toString() {
    return method + " " + path + (isApply() ? " (apply as " + manager() + ")" : "");
  }
}
