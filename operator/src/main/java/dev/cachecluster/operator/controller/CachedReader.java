package dev.cachecluster.operator.controller;

import dev.cachecluster.api.v1alpha1.CacheCluster;
import dev.cachecluster.operator.apply.CertificateWriter;
import dev.cachecluster.operator.desired.ServerCertificate;
import dev.cachecluster.operator.observed.ClusterReader;
import dev.cachecluster.operator.observed.ObservedRequest;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.storage.StorageClass;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Reads through the framework's caches, and live through the client. */
final class CachedReader implements ClusterReader {
  private final String namespace;
  private final Context<CacheCluster> context;
  private final KubernetesClient client;

  CachedReader(CacheCluster cluster, Context<CacheCluster> context) {
    this.namespace = cluster.getMetadata().getNamespace();
    this.context = context;
    this.client = context.getClient();
  }

  @Override
  public Collection<HasMetadata> cached() {
    var all = new ArrayList<HasMetadata>();
    EventSources.KINDS.forEach(
        kind -> context.getSecondaryResourcesAsStream(kind).forEach(all::add));
    return all;
  }

  @Override
  public Optional<Pod> livePod(String name) {
    return Optional.ofNullable(client.pods().inNamespace(namespace).withName(name).get());
  }

  @Override
  public Optional<Node> node(String name) {
    return EventSources.node(context, name);
  }

  @Override
  public Optional<HasMetadata> liveSecret(String name) {
    return Optional.ofNullable(client.secrets().inNamespace(namespace).withName(name).get());
  }

  @Override
  public Optional<StorageClass> liveStorageClass(String name) {
    return Optional.ofNullable(client.storage().v1().storageClasses().withName(name).get());
  }

  @Override
  public List<StorageClass> liveStorageClasses() {
    return client.storage().v1().storageClasses().list().getItems();
  }

  @Override
  public Optional<PersistentVolume> livePersistentVolume(String name) {
    return Optional.ofNullable(client.persistentVolumes().withName(name).get());
  }

  @Override
  public ObservedRequest liveRequest(String name) {
    var found =
        client
            .genericKubernetesResources(CertificateWriter.CONTEXT)
            .inNamespace(namespace)
            .withName(name)
            .get();
    return found == null && !client.supports(ServerCertificate.API, ServerCertificate.KIND)
        ? new ObservedRequest.Unavailable()
        : new ObservedRequest.Standing(Optional.ofNullable(found));
  }

  @Override
  public Optional<HasMetadata> liveConfigMap(String name) {
    return Optional.ofNullable(client.configMaps().inNamespace(namespace).withName(name).get());
  }
}
