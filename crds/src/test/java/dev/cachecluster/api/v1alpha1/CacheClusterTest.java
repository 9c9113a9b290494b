package dev.cachecluster.api.v1alpha1;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class CacheClusterTest {

  @ParameterizedTest
  @MethodSource("dev.cachecluster.api.v1alpha1.SpecCheckTest#goodClusters")
  void writtenAndReadAgainItIsTheSame(Sample sample) {
    CacheCluster cluster = sample.cluster();
    assertThat(Sample.reread(cluster, CacheCluster.class).getSpec()).isEqualTo(cluster.getSpec());
  }

  @Test
  void defaultsAreThoseOfTheCrd() throws IOException {
    CacheClusterSpec spec = Sample.of(Sample.GOOD.resolve("defaults.yaml")).cluster().getSpec();
    assertThat(spec.topology().replicas()).isEqualTo(2);
    assertThat(spec.memory().evictionPolicy()).isEqualTo(EvictionPolicy.ALLKEYS_LFU);
    assertThat(spec.tls()).isEqualTo(new TlsSpec(null, "2160h", "720h"));
    assertThat(spec.access().namespaces())
        .isEqualTo(new AllowedNamespacesSpec(NamespacesFrom.SAME, null));

    CacheClusterSpec empty = Sample.of(Sample.GOOD.resolve("empty-maps.yaml")).cluster().getSpec();
    assertThat(empty.tls()).isEqualTo(spec.tls());
    assertThat(empty.access()).isEqualTo(spec.access());
    assertThat(empty.placement())
        .extracting(PlacementSpec::topologySpread)
        .isEqualTo(new TopologySpreadSpec("kubernetes.io/hostname", "ScheduleAnyway"));
    assertThat(Sample.of(Sample.GOOD.resolve("nulls.yaml")).cluster().getSpec()).isEqualTo(spec);
  }

  @Test
  void absentFieldsAreNotWritten() throws IOException {
    CacheCluster cluster = Sample.of(Sample.GOOD.resolve("defaults.yaml")).cluster();
    assertThat(Sample.write(cluster)).doesNotContain("null", "status", "cpu", "config");
  }

  @ParameterizedTest
  @EnumSource
  void evictionPolicyIsWrittenAsTheEngineNamesIt(EvictionPolicy policy) throws IOException {
    CacheCluster cluster = Sample.of(Sample.GOOD.resolve("defaults.yaml")).cluster();
    CacheClusterSpec spec = cluster.getSpec();
    cluster.setSpec(
        new CacheClusterSpec(
            spec.engine(),
            spec.topology(),
            new MemorySpec("64Mi", policy),
            null,
            null,
            null,
            null,
            ClusterAccessSpec.DEFAULTS,
            null,
            PersistenceSpec.DEFAULTS));
    assertThat(Sample.write(cluster)).containsPattern("evictionPolicy: \"?" + policy.engineName());
    assertThat(Sample.reread(cluster, CacheCluster.class).getSpec().memory().evictionPolicy())
        .isEqualTo(policy);
  }

  @Test
  void statusIsWrittenAndReadAgain() {
    Condition ready =
        new ConditionBuilder()
            .withType("Ready")
            .withStatus("True")
            .withReason("Serving")
            .withMessage("Clients are served")
            .withLastTransitionTime("2026-01-01T00:00:00Z")
            .build();
    var status =
        new CacheClusterStatus(
            7L,
            "Running",
            "Nothing to do",
            new EndpointsStatus("demo-primary.a.svc", "demo-replicas.a.svc", 6379, "demo-binding"),
            List.of(ready),
            new EngineStatus("8.1.1", "docker.io/valkey/valkey:8.1.1", "sha256:0"),
            "demo-0-0",
            List.of(
                new MemberStatus(
                    "demo-0-0",
                    "Primary",
                    "Up",
                    new VolumeStatus("demo-0-0-data", "pv-1", "fast", "1Gi", "encrypted"))),
            new ClusterTlsStatus(
                "2026-04-01T00:00:00Z", new AuthorityStatus("2036-01-01T00:00:00Z", "Steady")),
            new NetworkStatus("2026-01-01T00:00:00Z", "0123456789abcdef"),
            2,
            "cachecluster.dev/cluster=demo",
            new RolloutStatus("Replicas", "demo-0-1", "SpecChanged"),
            new PendingRestartStatus(List.of("Image")),
            "1x3",
            new ClusterHandledStatus("1"));
    assertThat(NullComponents.of(status)).isEmpty();
    var cluster = new CacheCluster();
    cluster.setStatus(status);
    assertThat(Sample.reread(cluster, CacheCluster.class).getStatus()).isEqualTo(status);
  }

  @Test
  void orderInYamlDoesNotMatterAndCallersKeepTheirMaps() {
    Map<String, String> settings = new HashMap<>(Map.of("timeout", "1", "maxclients", "64"));
    var spec =
        new CacheClusterSpec(
            new EngineSpec(EngineType.VALKEY, "8.1", null, null),
            new TopologySpec(TopologyType.REPLICATED, 1),
            new MemorySpec("64Mi", EvictionPolicy.ALLKEYS_LFU),
            null,
            settings,
            null,
            null,
            ClusterAccessSpec.DEFAULTS,
            null,
            PersistenceSpec.DEFAULTS);
    settings.clear();
    assertThat(spec.config())
        .containsExactly(Map.entry("maxclients", "64"), Map.entry("timeout", "1"));
  }

  @Test
  void memoryInBytes() {
    assertThat(bytes("16Mi")).hasValue(16L * 1024 * 1024);
    assertThat(bytes("1024Gi")).hasValue(1024L * 1024 * 1024 * 1024);
    assertThat(bytes("16777216")).hasValue(16_777_216L);
    assertThat(
            Stream.of("16777215", "1025Gi", "9999999999999Gi", "1Ti", "", "64Mi\n")
                .map(CacheClusterTest::bytes))
        .allSatisfy(bytes -> assertThat(bytes).isEmpty());
  }

  private static OptionalLong bytes(String text) {
    return new MemorySpec(text, EvictionPolicy.ALLKEYS_LFU).maxMemoryBytes();
  }

  /**
   * People copy from the example with every field; a field it lacks is a field nobody finds. Of a
   * union it can show one member: the others have examples of their own.
   */
  @Test
  void exampleWithEverythingLacksNothing() throws IOException {
    var missing = missing("02-everything.yaml");
    assertThat(missing)
        .containsExactlyInAnyOrder(
            "TlsServerSpec.issuer", "TlsServerSpec.secret", "EgressSpec.pods");
    assertThat(missing("04-own-certificate.yaml")).doesNotContain("TlsServerSpec.secret");
    assertThat(missing("05-cert-manager.yaml")).doesNotContain("TlsServerSpec.issuer");
  }

  private static Set<String> missing(String example) throws IOException {
    return NullComponents.of(Sample.of(Sample.EXAMPLES.resolve(example)).cluster().getSpec());
  }
}
