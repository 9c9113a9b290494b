package dev.cachecluster.operator.controller;

import dev.cachecluster.api.v1alpha1.CacheCluster;
import dev.cachecluster.api.v1alpha1.CacheUser;
import dev.cachecluster.operator.observed.UserReader;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import java.util.Map;
import java.util.Optional;

/** Reads through the framework's caches; what they do not know is asked of the API server. */
final class CachedUserReader implements UserReader {
  private final Context<CacheUser> context;
  private final KubernetesClient client;

  CachedUserReader(Context<CacheUser> context) {
    this.context = context;
    this.client = context.getClient();
  }

  @Override
  public Optional<CacheCluster> cluster(String namespace, String name) {
    return cached(CacheCluster.class, namespace, name)
        .or(
            () ->
                Optional.ofNullable(
                    client
                        .resources(CacheCluster.class)
                        .inNamespace(namespace)
                        .withName(name)
                        .get()));
  }

  @Override
  public Optional<HasMetadata> labelledSecret(String namespace, String name) {
    return cached(Secret.class, namespace, name).map(secret -> secret);
  }

  @Override
  public Optional<HasMetadata> secret(String namespace, String name) {
    return labelledSecret(namespace, name)
        .or(
            () ->
                Optional.ofNullable(client.secrets().inNamespace(namespace).withName(name).get()));
  }

  private <T extends HasMetadata> Optional<T> cached(Class<T> kind, String namespace, String name) {
    return context
        .getSecondaryResourcesAsStream(kind)
        .filter(
            each ->
                each.getMetadata().getNamespace().equals(namespace)
                    && each.getMetadata().getName().equals(name))
        .findFirst();
  }

  @Override
  public Map<String, String> namespaceLabels(String namespace) {
    var live = client.namespaces().withName(namespace).get();
    return live == null || live.getMetadata().getLabels() == null
        ? Map.of()
        : live.getMetadata().getLabels();
  }
}
