package dev.cachecluster.operator.observed;

import dev.cachecluster.api.v1alpha1.CacheCluster;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Map;
import java.util.Optional;

/** Reads what is around one CacheUser: from caches, and live where a cache is not enough. */
public interface UserReader {
  /** The cluster; empty only if the API server said that there is none. */
  Optional<CacheCluster> cluster(String namespace, String name);

  /** A Secret; empty only if the API server said that there is none. */
  Optional<HasMetadata> secret(String namespace, String name);

  /** A Secret, if it bears the operator's labels; empty also if it does not, or is very new. */
  Optional<HasMetadata> labelledSecret(String namespace, String name);

  /** The labels of a namespace, as the API server has them now. */
  Map<String, String> namespaceLabels(String namespace);
}
