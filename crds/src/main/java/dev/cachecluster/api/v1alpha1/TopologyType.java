package dev.cachecluster.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How the servers relate. */
public enum TopologyType {
  /** One primary that takes the writes, and replicas that follow it. */
  @JsonProperty("Replicated")
  REPLICATED
}
