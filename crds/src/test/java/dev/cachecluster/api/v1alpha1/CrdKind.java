package dev.cachecluster.api.v1alpha1;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceColumnDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceColumnDefinitionBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.client.CustomResource;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The kinds of the API, each with what its CRD has beyond what its types can say. */
enum CrdKind {
  CACHE_CLUSTER(
      "cacheclusters",
      CacheCluster.class,
      CacheClusterSpec.class,
      CacheClusterStatus.class,
      CacheCluster.NAME_PATTERN,
      CacheCluster.NAME_MESSAGE) {
    @Override
    List<CustomResourceColumnDefinition> columns() {
      return List.of(
          column("Ready", ".status.conditions[?(@.type==\"Ready\")].status", "string", 0),
          column("Phase", ".status.phase", "string", 0),
          column("Topology", ".status.topology", "string", 0),
          column("Primary", ".status.primary", "string", 0),
          // Not of type date: kubectl prints dates as ages and one to come as <invalid>.
          column("TLS-Expires", ".status.tls.notAfter", "string", 0),
          column("Version", ".status.engine.version", "string", 0),
          column("Age", ".metadata.creationTimestamp", "date", 0),
          column("Plan", ".status.plan", "string", 1));
    }

    @Override
    void complete(JSONSchemaProps spec, JSONSchemaProps status) {
      JSONSchemaProps config = CrdShape.property(spec, "config");
      config.setDescription(config.getDescription() + ConfigRules.description());
      config.setXKubernetesValidations(ConfigRules.rules());
      CrdShape.asMap(CrdShape.property(spec, "engine", "imagePullSecrets"), "name");
      CrdShape.asMap(CrdShape.property(status, "members"), "name");
    }
  },

  CACHE_USER(
      "cacheusers",
      CacheUser.class,
      CacheUserSpec.class,
      CacheUserStatus.class,
      CacheUser.NAME_PATTERN,
      CacheUser.NAME_MESSAGE) {
    @Override
    List<CustomResourceColumnDefinition> columns() {
      return List.of(
          column("Ready", ".status.conditions[?(@.type==\"Ready\")].status", "string", 0),
          column("Cluster", ".spec.clusterRef.name", "string", 0),
          column("Access", ".spec.access.type", "string", 0),
          column("Last-Rotation", ".status.lastRotation", "date", 0),
          column("Age", ".metadata.creationTimestamp", "date", 0),
          column("Binding", ".status.binding.name", "string", 1),
          column("User", ".status.username", "string", 1));
    }

    @Override
    void complete(JSONSchemaProps spec, JSONSchemaProps status) {
      CrdShape.asSet(CrdShape.property(spec, "keys"));
      CrdShape.asSet(CrdShape.property(spec, "channels"));
      CrdShape.asSet(CrdShape.property(spec, "access", "custom", "categories"));
      CrdShape.property(status, "lastRotation").setFormat("date-time");
      CrdShape.property(status, "rotation", "since").setFormat("date-time");
    }

    /** By this label tools find the kinds that the Service Binding specification speaks of. */
    @Override
    void complete(CustomResourceDefinition crd) {
      crd.getMetadata().setLabels(Map.of("servicebinding.io/provisioned-service", "true"));
    }
  };

  final Path committed;
  final Class<? extends CustomResource<?, ?>> type;
  final Class<? extends Record> spec;
  final Class<? extends Record> status;
  final String namePattern;
  final String nameMessage;

  CrdKind(
      String plural,
      Class<? extends CustomResource<?, ?>> type,
      Class<? extends Record> spec,
      Class<? extends Record> status,
      String namePattern,
      String nameMessage) {
    committed = Path.of(plural + ".cachecluster.dev.yaml");
    this.type = type;
    this.spec = spec;
    this.status = status;
    this.namePattern = namePattern;
    this.nameMessage = nameMessage;
  }

  /** In the order people read them; the generator would sort them. */
  abstract List<CustomResourceColumnDefinition> columns();

  abstract void complete(JSONSchemaProps spec, JSONSchemaProps status);

  void complete(CustomResourceDefinition crd) {}

  private static CustomResourceColumnDefinition column(
      String name, String path, String type, int priority) {
    return new CustomResourceColumnDefinitionBuilder()
        .withName(name)
        .withJsonPath(path)
        .withType(type)
        .withPriority(priority)
        .build();
  }
}
