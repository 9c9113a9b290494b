package dev.cachecluster.operator.mockapi;

import java.util.Optional;

/** What a client asks once when it starts: the version, the groups, and what it may do. */
final class Fixtures {
  /** The version whose recorded answers the mock is held to. */
  static final String VERSION = "1.35.4";

  private Fixtures() {}

  static Optional<ApiReply> answer(ApiRequest request) throws ApiError {
    return switch (request.path()) {
      case "/version" ->
          Optional.of(
              ApiReply.of(
                  200,
                  ApiRequest.JSON
                      .createObjectNode()
                      .put("major", "1")
                      .put("minor", "35")
                      .put("gitVersion", "v" + VERSION)));
      case "/apis" -> Optional.of(ApiReply.of(200, groups()));
      case "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews" ->
          Optional.of(ApiReply.of(201, rules(request)));
      default -> Optional.empty();
    };
  }

  private static com.fasterxml.jackson.databind.node.ObjectNode groups() {
    var list =
        ApiRequest.JSON.createObjectNode().put("kind", "APIGroupList").put("apiVersion", "v1");
    var groups = list.putArray("groups");
    Kind.ALL.stream()
        .filter(kind -> !kind.group().isEmpty())
        .forEach(
            kind -> {
              var group = groups.addObject().put("name", kind.group());
              group
                  .putArray("versions")
                  .addObject()
                  .put("groupVersion", kind.apiVersion())
                  .put("version", kind.version());
            });
    return list;
  }

  /** Everything is allowed; what the operator needs is checked against its real role elsewhere. */
  private static com.fasterxml.jackson.databind.node.ObjectNode rules(ApiRequest request)
      throws ApiError {
    var review = request.object();
    var status = review.putObject("status").put("incomplete", false);
    status.putArray("nonResourceRules");
    var rule = status.putArray("resourceRules").addObject();
    rule.putArray("verbs").add("*");
    rule.putArray("apiGroups").add("*");
    rule.putArray("resources").add("*");
    return review;
  }
}
