package dev.cachecluster.operator.mockapi;

import java.util.List;
import java.util.Optional;

/**
 * A kind of object that the API knows.
 *
 * @param group empty for the core group
 * @param status whether it has a status subresource
 * @param generation whether the API server counts the versions of its spec
 */
public record Kind(
    String group,
    String version,
    String name,
    String plural,
    boolean namespaced,
    boolean status,
    boolean generation) {
  public static final Kind POD = core("Pod", "pods", true);
  public static final Kind SECRET = core("Secret", "secrets", false);
  public static final Kind CONFIG_MAP = core("ConfigMap", "configmaps", false);
  public static final Kind CLAIM = core("PersistentVolumeClaim", "persistentvolumeclaims", true);
  public static final Kind VOLUME =
      new Kind("", "v1", "PersistentVolume", "persistentvolumes", false, true, false);
  public static final Kind NODE = new Kind("", "v1", "Node", "nodes", false, true, false);
  public static final Kind STORAGE_CLASS =
      new Kind("storage.k8s.io", "v1", "StorageClass", "storageclasses", false, false, false);
  public static final Kind STATEFUL_SET =
      new Kind("apps", "v1", "StatefulSet", "statefulsets", true, true, true);
  public static final Kind LEASE =
      new Kind("coordination.k8s.io", "v1", "Lease", "leases", true, false, false);
  public static final Kind CACHE_CLUSTER =
      new Kind("cachecluster.dev", "v1alpha1", "CacheCluster", "cacheclusters", true, true, true);

  public static final Kind CACHE_USER =
      new Kind("cachecluster.dev", "v1alpha1", "CacheUser", "cacheusers", true, true, true);

  static final List<Kind> ALL =
      List.of(
          POD,
          SECRET,
          CONFIG_MAP,
          CLAIM,
          VOLUME,
          STORAGE_CLASS,
          NODE,
          core("Service", "services", true),
          core("Event", "events", false),
          new Kind("", "v1", "Namespace", "namespaces", false, true, false),
          STATEFUL_SET,
          LEASE,
          CACHE_CLUSTER,
          CACHE_USER,
          new Kind("policy", "v1", "PodDisruptionBudget", "poddisruptionbudgets", true, true, true),
          new Kind(
              "networking.k8s.io", "v1", "NetworkPolicy", "networkpolicies", true, false, true));

  private static Kind core(String name, String plural, boolean status) {
    return new Kind("", "v1", name, plural, true, status, name.equals("Pod"));
  }

  String apiVersion() {
    return group.isEmpty() ? version : group + "/" + version;
  }

  static Optional<Kind> of(String group, String version, String plural) {
    return ALL.stream()
        .filter(
            kind ->
                kind.group.equals(group)
                    && kind.version.equals(version)
                    && kind.plural.equals(plural))
        .findFirst();
  }

  /** The kind of that name; the names of those known here are unique. */
  public static Kind named(String name) {
    return ALL.stream().filter(kind -> kind.name.equals(name)).findFirst().orElseThrow();
  }
}
