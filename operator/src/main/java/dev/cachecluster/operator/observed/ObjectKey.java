package dev.cachecluster.operator.observed;

import io.fabric8.kubernetes.api.model.HasMetadata;

/** Names an object of a cluster; the namespace is always the cluster's. */
public record ObjectKey(String kind, String name) {
  public static ObjectKey of(HasMetadata object) {
    return new ObjectKey(object.getKind(), object.getMetadata().getName());
  }

  @Override
  public String toString() {
    return kind + "/" + name;
  }
}
