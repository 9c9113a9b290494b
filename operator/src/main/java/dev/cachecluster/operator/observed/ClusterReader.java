package dev.cachecluster.operator.observed;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.storage.StorageClass;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Reads one cluster's objects: from the informers' caches, and live where a cache is not enough.
 */
public interface ClusterReader {
  /** Every object of the cluster that the caches know, pods included. */
  Collection<HasMetadata> cached();

  /** The pod as the API server has it now; empty only if it said that there is none. */
  Optional<Pod> livePod(String name);

  /** A node, from the informers' caches: what it says is a hint, and nothing is ended for it. */
  Optional<Node> node(String name);

  /** A Secret that somebody else looks after; empty only if there is none. */
  Optional<HasMetadata> liveSecret(String name);

  /** A StorageClass, which no namespace has; empty only if there is none of that name. */
  Optional<StorageClass> liveStorageClass(String name);

  /** All of them. */
  List<StorageClass> liveStorageClasses();

  /** A PersistentVolume, which no namespace has; empty only if there is none of that name. */
  Optional<PersistentVolume> livePersistentVolume(String name);

  /** What cert-manager was asked by. */
  ObservedRequest liveRequest(String name);

  /** The object as the API server has it now; empty only if it said that there is none. */
  Optional<HasMetadata> liveConfigMap(String name);
}
