package dev.cachecluster.operator.mockapi;

import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * The API as a program of its own, with one CacheCluster in it. The operator's image build starts
 * the operator once against it, so that the ahead-of-time cache holds what a pass needs.
 */
public final class MockApiMain {
  private static final String NAMESPACE = "training";

  private static final String HELP =
      """
      Usage: MockApiMain PORT
        Serves a Kubernetes API in memory on 127.0.0.1:PORT until it is killed. PORT 0 takes any that is free.
        Prints "ready PORT" when it answers. GET /trained is 200 once an operator has brought the one CacheCluster as far
        as it gets here: its objects exist and its status was written.
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

  private MockApiMain() {}

  public static void main(String[] arguments) throws InterruptedException {
    if (arguments.length != 1 || !arguments[0].matches("\\d{1,5}")) {
      System.err.print(HELP);
      System.exit(arguments.length == 1 && arguments[0].equals("--help") ? 0 : 2);
    }
    var api = new MockApi(Clock.systemUTC());
    create(api, CLUSTER);
    // Nothing listens there: what a member that does not answer costs is learnt as well.
    var cluster = new MiniCluster(api, PodProcesses.none(), Clock.systemUTC(), _ -> "127.0.0.1");
    try (var front = new HttpFront(api, Integer.parseInt(arguments[0]));
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
    boolean members = api.lookAll(Kind.STATEFUL_SET).size() == 3;
    boolean told =
        api.lookAll(Kind.CACHE_CLUSTER).stream()
            .anyMatch(cluster -> cluster.path("status").has("conditions"));
    return new ApiReply(
        members && told ? 200 : 503, Map.of(), members && told ? "trained\n" : "not yet\n");
  }

  private static void create(MockApi api, String object) {
    var path = "/apis/cachecluster.dev/v1alpha1/namespaces/" + NAMESPACE + "/cacheclusters";
    var reply = api.handle(ApiRequest.of("POST", path, "", "application/json", object));
    if (reply.code() != 201) {
      throw new IllegalStateException("the CacheCluster was refused: " + reply.body());
    }
  }
}
