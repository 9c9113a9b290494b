package dev.cachecluster.operator.desired;

import dev.cachecluster.api.v1alpha1.CacheClusterSpec;
import dev.cachecluster.api.v1alpha1.ClusterAccessSpec;
import dev.cachecluster.api.v1alpha1.EngineSpec;
import dev.cachecluster.api.v1alpha1.EngineType;
import dev.cachecluster.api.v1alpha1.EvictionPolicy;
import dev.cachecluster.api.v1alpha1.MemorySpec;
import dev.cachecluster.api.v1alpha1.PersistenceSpec;
import dev.cachecluster.api.v1alpha1.TopologySpec;
import dev.cachecluster.api.v1alpha1.TopologyType;
import dev.cachecluster.operator.acl.AclListing;
import dev.cachecluster.operator.acl.Secret;
import java.util.Map;
import java.util.Optional;

/**
 * The cluster that tests speak of: {@code shop/demo}. Its secrets are words that say what they are.
 */
public final class SampleCluster {
  public static final Names NAMES = new Names("shop", "demo");

  public static final Identities IDENTITIES =
      new Identities(
          "certificate of the authority\n",
          Secret.of("password-of-the-operator"),
          Secret.of("password-of-replication"));

  public static final EngineImages IMAGES =
      new EngineImages(
          Map.of(
              "Valkey.8.1",
              "registry.example/valkey:8.1.1",
              "Redis.7.0",
              "registry.example/redis:7.0.15"));

  public static final DesiredStates STATES =
      new DesiredStates(
          IMAGES,
          new OperatorIdentity(
              "cachecluster-system", Map.of("app.kubernetes.io/name", "cachecluster-operator")));

  private static final AclListing WANTED =
      AclListing.wanted(desired(spec(0), Optional.empty()).accessList().orElseThrow().users());

  /** Of a server on which somebody gave the probes' user more than it needs. */
  public static final AclListing OTHER_ACCESS =
      AclListing.of(
          WANTED.users().values().stream()
              .map(AclListing.Entry::line)
              .map(line -> line.startsWith("user _probe ") ? line + " +info" : line)
              .toList());

  private SampleCluster() {}

  /** The smallest spec with this many replicas. */
  public static CacheClusterSpec spec(int replicas) {
    return new CacheClusterSpec(
        new EngineSpec(EngineType.VALKEY, "8.1", null, null),
        new TopologySpec(TopologyType.REPLICATED, replicas),
        new MemorySpec("64Mi", EvictionPolicy.ALLKEYS_LFU),
        null,
        null,
        null,
        null,
        ClusterAccessSpec.DEFAULTS,
        null,
        PersistenceSpec.DEFAULTS);
  }

  /** What a spec asks for, once the secrets exist. */
  public static DesiredState desired(CacheClusterSpec spec, Optional<String> primary) {
    return desired(NAMES, spec, Optional.of(IDENTITIES), primary);
  }

  public static DesiredState desired(
      Names names,
      CacheClusterSpec spec,
      Optional<Identities> identities,
      Optional<String> primary) {
    return desired(names, spec, identities, primary, Grants.NONE);
  }

  public static DesiredState desired(
      Names names,
      CacheClusterSpec spec,
      Optional<Identities> identities,
      Optional<String> primary,
      Grants grants) {
    return STATES.of(
        names, spec, IMAGES.imageFor(spec.engine()).orElseThrow(), identities, primary, grants);
  }

  /** The access list that every server should have. */
  public static AclListing wantedAccess(DesiredState desired) {
    return desired
        .accessList()
        .filter(_ -> !desired.grants().equals(Grants.NONE))
        .map(access -> AclListing.wanted(access.users()))
        .orElse(WANTED);
  }

  /** What a member's pod should bear under {@code Labels.TEMPLATE} or {@code Labels.SPEC}. */
  public static String digest(DesiredState desired, String member, String annotation) {
    return Optional.ofNullable(desired.members().get(member))
        .map(
            workload ->
                workload.getSpec().getTemplate().getMetadata().getAnnotations().get(annotation))
        .orElse("");
  }
}
