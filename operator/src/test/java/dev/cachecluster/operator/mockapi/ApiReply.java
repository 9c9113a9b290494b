package dev.cachecluster.operator.mockapi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/** One answer. */
public record ApiReply(int code, Map<String, String> headers, String body) {
  static ApiReply of(int code, ObjectNode body) {
    return new ApiReply(code, Map.of("Content-Type", "application/json"), body.toString());
  }
}
