package dev.cachecluster.operator.training;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cachecluster.operator.mockapi.ApiReply;
import dev.cachecluster.operator.mockapi.ApiRequest;
import dev.cachecluster.operator.mockapi.HttpFront;
import dev.cachecluster.operator.mockapi.Kind;
import dev.cachecluster.operator.mockapi.MiniCluster;
import dev.cachecluster.operator.mockapi.MockApi;
import dev.cachecluster.operator.pki.CertificateAuthority;
import dev.cachecluster.operator.pki.Leaf;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A world as a program of its own: a Kubernetes API with one CacheCluster and one CacheUser, and
 * servers in its pods. The operator's image build starts the operator once against it, so that the
 * ahead-of-time cache holds what a pass needs.
 */
public final class TrainingMain {
  private static final String NAMESPACE = "training";

  private static final String HELP =
      """
      Usage: TrainingMain PORT FILE
        Serves a Kubernetes API in memory on https://localhost:PORT until it is killed. PORT 0 takes any that is free.
        Writes the certificate of the authority that it is to be trusted by to FILE.
        Prints "ready PORT" when it answers. GET /trained is 200 once an operator has made the one CacheCluster and the one
        CacheUser ready; until then it says what is missing.
      """;

  private static final String CLUSTER =
      """
      {"apiVersion": "cachecluster.dev/v1alpha1", "kind": "CacheCluster",
       "metadata": {"name": "trained", "namespace": "training"},
       "spec": {"engine": {"type": "Valkey", "version": "8.1"},
                "topology": {"type": "Replicated", "replicas": 2},
                "memory": {"maxMemory": "64Mi", "evictionPolicy": "allkeys-lfu"},
                "config": {"notify-keyspace-events": "Kx"},
                "tls": {"server": {"type": "Managed"}, "lifetime": "2160h", "renewBefore": "720h"}}}
      """;

  private static final String USER =
      """
      {"apiVersion": "cachecluster.dev/v1alpha1", "kind": "CacheUser",
       "metadata": {"name": "trained", "namespace": "training"},
       "spec": {"clusterRef": {"name": "trained"}, "keys": ["k:*"], "access": {"type": "ReadWrite"},
                "podSelector": {"matchLabels": {"app": "trained"}}}}
      """;

  private TrainingMain() {}

  public static void main(String[] arguments) throws InterruptedException, IOException {
    if (arguments.length != 2 || !arguments[0].matches("\\d{1,5}")) {
      System.err.print(HELP);
      System.exit(arguments.length == 1 && arguments[0].equals("--help") ? 0 : 2);
    }
    var authority =
        CertificateAuthority.create(
            "training", Clock.systemUTC(), new SecureRandom(), Duration.ofDays(2));
    Files.writeString(Path.of(arguments[1]), authority.certificatePem());
    var shown =
        authority.issue(
            new Leaf("localhost", List.of("localhost"), Leaf.Usage.MEMBER, Duration.ofDays(1)));
    var api = new MockApi(Clock.systemUTC());
    create(api, "cacheclusters", CLUSTER);
    create(api, "cacheusers", USER);
    // All of 127.0.0.0/8 is this machine, and each server has the same port.
    var cluster =
        new MiniCluster(
            api, new TrainingServers(api), Clock.systemUTC(), number -> "127.77.0." + number);
    try (var front = new HttpFront(api, Integer.parseInt(arguments[0]), Optional.of(shown));
        var rounds = Executors.newSingleThreadScheduledExecutor()) {
      front.trouble(
          request ->
              request.path().equals("/trained") ? Optional.of(progress(api)) : Optional.empty());
      var _ = rounds.scheduleAtFixedRate(cluster::step, 100, 100, TimeUnit.MILLISECONDS);
      System.out.println("ready " + front.port());
      new CountDownLatch(1).await();
    }
  }

  private static ApiReply progress(MockApi api) {
    var missing =
        Stream.of(Kind.CACHE_CLUSTER, Kind.CACHE_USER)
            .flatMap(kind -> api.lookAll(kind).stream())
            .filter(object -> !isReady(object))
            .map(object -> object.path("kind").asText() + ": " + object.path("status"))
            .toList();
    return new ApiReply(missing.isEmpty() ? 200 : 503, Map.of(), String.join("\n", missing) + "\n");
  }

  private static boolean isReady(JsonNode object) {
    for (var condition : object.path("status").path("conditions")) {
      if (condition.path("type").asText().equals("Ready")) {
        return condition.path("status").asText().equals("True");
      }
    }
    return false;
  }

  private static void create(MockApi api, String plural, String object) {
    var path = "/apis/cachecluster.dev/v1alpha1/namespaces/" + NAMESPACE + "/" + plural;
    var reply = api.handle(ApiRequest.of("POST", path, "", "application/json", object));
    if (reply.code() != 201) {
      throw new IllegalStateException(plural + " was refused: " + reply.body());
    }
  }
}
