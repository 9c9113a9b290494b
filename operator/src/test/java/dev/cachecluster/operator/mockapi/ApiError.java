package dev.cachecluster.operator.mockapi;

import java.util.Map;

/** A request that is refused, and how. */
public final class ApiError extends Exception {
  private static final long serialVersionUID = 1L;

  private final int code;
  private final String reason;

  ApiError(int code, String reason, String message) {
    super(message);
    this.code = code;
    this.reason = reason;
  }

  static ApiError notFound(Key key) {
    return new ApiError(
        404, "NotFound", key.kind().plural() + group(key) + " \"" + key.name() + "\" not found");
  }

  static ApiError conflict(Key key, String why) {
    return new ApiError(
        409,
        "Conflict",
        "Operation cannot be fulfilled on "
            + key.kind().plural()
            + group(key)
            + " \""
            + key.name()
            + "\": "
            + why);
  }

  private static String group(Key key) {
    return key.kind().group().isEmpty() ? "" : "." + key.kind().group();
  }

  ApiReply reply() {
    return status(code, reason, getMessage());
  }

  /** An error as the API server words it. */
  public static ApiReply status(int code, String reason, String message) {
    var body = ApiRequest.JSON.createObjectNode();
    body.put("kind", "Status")
        .put("apiVersion", "v1")
        .put("status", code < 300 ? "Success" : "Failure");
    body.put("message", message).put("reason", reason).put("code", code);
    body.putObject("metadata");
    return new ApiReply(code, Map.of("Content-Type", "application/json"), body.toString());
  }
}
