package dev.cachecluster.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Which namespaces are allowed. */
public enum NamespacesFrom {
  /** The cluster's own. */
  @JsonProperty("Same")
  SAME,
  /** Every one. */
  @JsonProperty("All")
  ALL,
  /** Those that a selector selects. */
  @JsonProperty("Selector")
  SELECTOR
}
