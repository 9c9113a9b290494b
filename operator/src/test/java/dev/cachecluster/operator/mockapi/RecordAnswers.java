package dev.cachecluster.operator.mockapi;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/** Records what a real API server answers to the script: run it once for each new version. */
public final class RecordAnswers {
  private static final String HELP =
      """
      Usage: RecordAnswers URL DIRECTORY
        Sends the script of requests to the API server at URL, such as `kubectl proxy` offers, in a namespace of its own that
        is deleted in the end, and writes the answers to DIRECTORY/answers-<version>.json. The CacheCluster CRD must be
        installed there; the requests go to a copy of it in a group of its own, so that no operator answers them.
      """;

  private static final String CRDS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
  private static final String GROUP = "replay.cachecluster.dev";
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private RecordAnswers() {}

  public static void main(String[] arguments) throws IOException {
    if (arguments.length != 2) {
      System.err.print(HELP);
      System.exit(arguments.length == 1 && arguments[0].equals("--help") ? 0 : 2);
    }
    try (var http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      var live = new Live(http, arguments[0].replaceFirst("/+$", ""));
      var namespace = "replay-" + Long.toString(System.currentTimeMillis(), 36);
      live.send("POST", "/api/v1/namespaces", "{\"metadata\": {\"name\": \"" + namespace + "\"}}");
      try {
        awaitAccount(live, namespace);
        copyDefinition(live);
        var answers = new Replay(live, namespace, GROUP).run();
        var version =
            ApiRequest.JSON
                .readTree(live.send("GET", "/version", "").body())
                .path("gitVersion")
                .asText();
        var file = Path.of(arguments[1], "answers-" + version.replaceFirst("^v", "") + ".json");
        Files.writeString(file, lines(answers));
        System.out.println(answers.size() + " answers in " + file);
      } finally {
        live.send("DELETE", CRDS + "/cacheclusters." + GROUP, "");
        live.send("DELETE", "/api/v1/namespaces/" + namespace, "");
      }
    }
  }

  /** Pods are refused until their account exists. */
  private static void awaitAccount(Live live, String namespace) throws IOException {
    for (int i = 0; i < 300; i++) {
      if (live.send("GET", "/api/v1/namespaces/" + namespace + "/serviceaccounts/default", "")
              .code()
          == 200) {
        return;
      }
      live.letWork();
    }
    throw new IOException(
        "namespace "
            + namespace
            + " got no default service account within 30 s; is the controller manager up?");
  }

  private static void copyDefinition(Live live) throws IOException {
    var original =
        ApiRequest.JSON.readTree(
            live.send("GET", CRDS + "/cacheclusters.cachecluster.dev", "").body());
    var copy =
        ApiRequest.JSON
            .createObjectNode()
            .put("apiVersion", "apiextensions.k8s.io/v1")
            .put("kind", "CustomResourceDefinition");
    copy.putObject("metadata").put("name", "cacheclusters." + GROUP);
    copy.set("spec", original.path("spec"));
    copy.withObject("/spec").put("group", GROUP);
    copy.withObject("/spec").remove("conversion");
    var made = live.send("POST", CRDS, copy.toString());
    if (made.code() != 201) {
      throw new IOException("the copy of the CacheCluster CRD was refused: " + made.body());
    }
    for (int i = 0;
        i < 300 && live.send("GET", "/apis/" + GROUP + "/v1alpha1/cacheclusters", "").code() != 200;
        i++) {
      live.letWork();
    }
  }

  private static String lines(Map<String, ?> answers) {
    return answers.entrySet().stream()
        .map(answer -> "  \"" + answer.getKey() + "\": " + answer.getValue())
        .collect(Collectors.joining(",\n", "{\n", "\n}\n"));
  }

  private record Live(HttpClient http, String url) implements Replay.Target {
    ApiReply send(String method, String path, String body) throws IOException {
      return send(ApiRequest.of(method, path, "", body.isEmpty() ? "" : "application/json", body));
    }

    @Override
    public ApiReply send(ApiRequest request) throws IOException {
      var query =
          request.query().entrySet().stream()
              .map(
                  entry ->
                      entry.getKey()
                          + "="
                          + URLEncoder.encode(entry.getValue(), StandardCharsets.UTF_8))
              .collect(Collectors.joining("&"));
      var built =
          HttpRequest.newBuilder(
                  URI.create(url + request.path() + (query.isEmpty() ? "" : "?" + query)))
              .timeout(PATIENCE)
              .method(request.method(), HttpRequest.BodyPublishers.ofString(request.body()));
      if (!request.contentType().isEmpty()) {
        built.header("Content-Type", request.contentType());
      }
      try {
        var response = http.send(built.build(), BodyHandlers.ofString());
        return new ApiReply(response.statusCode(), Map.of(), response.body());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException(e);
      }
    }

    /** The real controllers work by themselves; this only keeps from asking too often. */
    @Override
    public void letWork() {
      LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
    }
  }
}
