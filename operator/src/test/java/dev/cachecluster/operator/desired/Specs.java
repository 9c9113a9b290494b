package dev.cachecluster.operator.desired;

import dev.cachecluster.api.v1alpha1.CacheCluster;
import dev.cachecluster.api.v1alpha1.CacheClusterSpec;
import dev.cachecluster.api.v1alpha1.ClusterAccessSpec;
import dev.cachecluster.api.v1alpha1.ConfigKeys;
import dev.cachecluster.api.v1alpha1.CpuSpec;
import dev.cachecluster.api.v1alpha1.EgressPodsSpec;
import dev.cachecluster.api.v1alpha1.EgressPortSpec;
import dev.cachecluster.api.v1alpha1.EgressSpec;
import dev.cachecluster.api.v1alpha1.EgressType;
import dev.cachecluster.api.v1alpha1.EngineSpec;
import dev.cachecluster.api.v1alpha1.EngineType;
import dev.cachecluster.api.v1alpha1.EvictionPolicy;
import dev.cachecluster.api.v1alpha1.LocalObjectReference;
import dev.cachecluster.api.v1alpha1.MemorySpec;
import dev.cachecluster.api.v1alpha1.NetworkSpec;
import dev.cachecluster.api.v1alpha1.PersistenceSpec;
import dev.cachecluster.api.v1alpha1.PlacementSpec;
import dev.cachecluster.api.v1alpha1.TlsSpec;
import dev.cachecluster.api.v1alpha1.TolerationSpec;
import dev.cachecluster.api.v1alpha1.TopologySpec;
import dev.cachecluster.api.v1alpha1.TopologySpreadSpec;
import dev.cachecluster.api.v1alpha1.TopologyType;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** Specs for properties: all that the API allows, in all mixtures. */
final class Specs {
  private Specs() {}

  static Arbitrary<CacheClusterSpec> allowed() {
    return Combinators.combine(
            engine(),
            topology(),
            memory(),
            cpu().injectNull(0.5),
            config().injectNull(0.3),
            placement().injectNull(0.3),
            network().injectNull(0.5))
        .as(
            (engine, topology, memory, cpu, config, placement, network) ->
                new CacheClusterSpec(
                    engine,
                    topology,
                    memory,
                    cpu,
                    config,
                    placement,
                    TlsSpec.DEFAULTS,
                    ClusterAccessSpec.DEFAULTS,
                    network,
                    PersistenceSpec.DEFAULTS));
  }

  static CacheCluster cluster(CacheClusterSpec spec) {
    var cluster = new CacheCluster();
    cluster.setMetadata(new ObjectMetaBuilder().withName("demo").withNamespace("shop").build());
    cluster.setSpec(spec);
    return cluster;
  }

  private static Arbitrary<EngineSpec> engine() {
    var secrets =
        Arbitraries.of("one", "two")
            .map(LocalObjectReference::new)
            .list()
            .uniqueElements()
            .ofMaxSize(2)
            .injectNull(0.5);
    return Combinators.combine(
            Arbitraries.of(EngineType.values()),
            Arbitraries.of("example.com/valkey:8.1.1", "example.com/redis:7.0.15").injectNull(0.5),
            secrets)
        .as(
            (type, image, pull) ->
                new EngineSpec(type, type == EngineType.VALKEY ? "8.1" : "7.0", image, pull));
  }

  private static Arbitrary<TopologySpec> topology() {
    return Arbitraries.integers()
        .between(0, TopologySpec.MAX_REPLICAS)
        .map(replicas -> new TopologySpec(TopologyType.REPLICATED, replicas));
  }

  private static Arbitrary<MemorySpec> memory() {
    var size =
        Arbitraries.oneOf(
            Arbitraries.integers().between(16, 1 << 20).map(mib -> mib + "Mi"),
            Arbitraries.integers().between(1, 1024).map(gib -> gib + "Gi"),
            Arbitraries.longs().between(16L << 20, 1L << 40).map(String::valueOf));
    return Combinators.combine(size, Arbitraries.of(EvictionPolicy.values())).as(MemorySpec::new);
  }

  private static Arbitrary<CpuSpec> cpu() {
    return Combinators.combine(
            Arbitraries.of("100m", "0.5").injectNull(0.3),
            Arbitraries.of("1", "2500m").injectNull(0.3))
        .as(CpuSpec::new);
  }

  private static Arbitrary<Map<String, String>> config() {
    return Arbitraries.of(ConfigKeys.all().keySet()).set().ofMaxSize(6).map(Specs::config);
  }

  private static Map<String, String> config(Iterable<String> keys) {
    var config = new TreeMap<String, String>();
    for (var key : keys) {
      config.put(
          key,
          switch (ConfigKeys.all().get(key)) {
            case ConfigKeys.WholeNumber(long min, long max) ->
                Long.toString(Math.min(max, Math.max(min, 64)));
            case ConfigKeys.YesOrNo() -> "no";
            case ConfigKeys.EventFlags() -> "";
            case null -> throw new IllegalStateException(key);
          });
    }
    return config;
  }

  private static Arbitrary<NetworkSpec> network() {
    var ports =
        Arbitraries.of(new EgressPortSpec("UDP", 53), new EgressPortSpec("TCP", 65_535))
            .list()
            .ofMinSize(1)
            .ofMaxSize(2);
    var pods = new EgressPodsSpec("dns", Map.of("app", "resolver"));
    var peer =
        ports.flatMap(
            open ->
                Arbitraries.of(
                    new EgressSpec(EgressType.CIDR, "169.254.20.10/32", null, open),
                    new EgressSpec(EgressType.CIDR, "fd00::/32", null, open),
                    new EgressSpec(EgressType.PODS, null, pods, open)));
    return peer.list().ofMaxSize(3).map(NetworkSpec::new);
  }

  private static Arbitrary<PlacementSpec> placement() {
    var own =
        Arbitraries.of("example.com/a", "example.com/b")
            .set()
            .ofMaxSize(2)
            .map(
                keys -> {
                  Map<String, String> map = new TreeMap<>();
                  keys.forEach(key -> map.put(key, "v"));
                  return map;
                });
    var toleration =
        Arbitraries.of(
            new TolerationSpec("example.com/dedicated", "Exists", null, null, null),
            new TolerationSpec("example.com/dedicated", null, "cache", "NoExecute", 30L));
    var spread =
        Arbitraries.of(new TopologySpreadSpec("topology.kubernetes.io/zone", "DoNotSchedule"))
            .injectNull(0.5);
    return Combinators.combine(
            own,
            toleration.list().ofMaxSize(2),
            spread,
            Arbitraries.of("caches").injectNull(0.5),
            own,
            own)
        .as(
            (nodes, tolerations, where, priority, labels, annotations) ->
                new PlacementSpec(nodes, tolerations, where, priority, labels, annotations));
  }

  static List<String> longestNames() {
    return List.of("a".repeat(40), "demo", "x");
  }
}
