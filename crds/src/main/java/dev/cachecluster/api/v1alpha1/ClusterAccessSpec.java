package dev.cachecluster.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Default;

/**
 * Whose applications may use the cache.
 *
 * @param namespaces The namespaces whose CacheUsers may name this cache.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record ClusterAccessSpec(@Default("{}") AllowedNamespacesSpec namespaces) {

  /** What a spec without access means. */
  public static final ClusterAccessSpec DEFAULTS =
      new ClusterAccessSpec(AllowedNamespacesSpec.DEFAULTS);

  /** Null comes only from JSON without the field that did not pass an API server. */
  public ClusterAccessSpec {
    if (namespaces == null) {
      namespaces = AllowedNamespacesSpec.DEFAULTS;
    }
  }
}
