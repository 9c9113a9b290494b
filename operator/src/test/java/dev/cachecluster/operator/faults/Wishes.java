package dev.cachecluster.operator.faults;

import static dev.cachecluster.operator.faults.World.NAMESPACE;

import dev.cachecluster.operator.mockapi.ApiRequest;
import dev.cachecluster.operator.mockapi.Kind;
import dev.cachecluster.operator.mockapi.MiniCluster;
import dev.cachecluster.operator.mockapi.MockApi;

/** What people ask of the API. */
final class Wishes {
  private static final String PATH =
      "/apis/cachecluster.dev/v1alpha1/namespaces/" + NAMESPACE + "/cacheclusters";

  private final MockApi api;

  Wishes(MockApi api) {
    this.api = api;
  }

  void createCluster(int replicas) {
    createCluster(replicas, "");
  }

  /** One that keeps its data, on volumes of a class that the catalogue vouches for. */
  void createKept(int replicas) {
    created(
        "/apis/storage.k8s.io/v1/storageclasses",
        """
        {"apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "metadata": {"name": "fast"},
         "provisioner": "ebs.csi.aws.com", "parameters": {"encrypted": "true"}, "allowVolumeExpansion": true}
        """);
    createCluster(
        replicas,
        ", \"persistence\": {\"mode\": \"AppendOnly\", \"size\": \"192Mi\", \"storageClassName\": \"fast\"}");
  }

  private void createCluster(int replicas, String more) {
    var object =
        """
        {"apiVersion": "cachecluster.dev/v1alpha1", "kind": "CacheCluster", "metadata": {"name": "%s"},
         "spec": {"engine": {"type": "Valkey", "version": "8.1"},
                  "topology": {"type": "Replicated", "replicas": %d},
                  "memory": {"maxMemory": "64Mi", "evictionPolicy": "allkeys-lfu"}%s}}
        """
            .formatted(World.NAME, replicas, more);
    created(PATH, object);
  }

  private void created(String path, String object) {
    var reply = api.handle(ApiRequest.of("POST", path, "", "application/json", object));
    if (reply.code() != 201) {
      throw new IllegalStateException(reply.body());
    }
  }

  /** An administrator cordons the node of a pod, as the begin of a drain. */
  void cordonNodeOf(String pod) {
    created(
        "/api/v1/nodes",
        """
        {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "%s"}, "spec": {"unschedulable": true}}
        """
            .formatted(MiniCluster.nodeOf(pod)));
  }

  void changeMemory(String maxMemory) {
    api.change(
        Kind.CACHE_CLUSTER,
        NAMESPACE,
        World.NAME,
        object -> object.withObject("/spec/memory").put("maxMemory", maxMemory));
  }

  void changeSize(String size) {
    api.change(
        Kind.CACHE_CLUSTER,
        NAMESPACE,
        World.NAME,
        object -> object.withObject("/spec/persistence").put("size", size));
  }

  void annotate(String key, String value) {
    api.change(
        Kind.CACHE_CLUSTER,
        NAMESPACE,
        World.NAME,
        object -> object.withObject("/metadata").withObject("/annotations").put(key, value));
  }
}
