package dev.cachecluster.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/**
 * A CacheCluster.
 *
 * @param name Its name.
 * @param namespace Its namespace; that of the CacheUser if not given. Another one must be allowed
 *     by the cache's spec.access.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record ClusterReference(
    @Required
        @Size(max = CacheCluster.MAX_NAME_LENGTH)
        @ValidationRule(
            value = "self.matches('" + CacheCluster.NAME_PATTERN + "')",
            message = ClusterReference.NAME_MESSAGE)
        String name,
    @Nullable
        @Size(max = 63)
        @ValidationRule(
            value = "self.matches('" + ClusterReference.NAMESPACE_PATTERN + "')",
            message = ClusterReference.NAMESPACE_MESSAGE)
        String namespace) {

  static final String NAMESPACE_PATTERN = "^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$";

  static final String NAME_MESSAGE =
      "spec.clusterRef.name must be the name of a CacheCluster: a-z, 0-9 and '-', at most 40,"
          + " beginning with a letter";
  static final String NAMESPACE_MESSAGE =
      "spec.clusterRef.namespace must be the name of a namespace: a-z, 0-9 and '-', at most 63;"
          + " remove it for the user's own";

  /** The namespace that is meant by a user who lives in the given one. */
  public String namespaceFor(String own) {
    return namespace == null ? own : namespace;
  }
}
