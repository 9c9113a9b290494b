package dev.cachecluster.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How a place is named that the cache's pods may connect to. */
public enum EgressType {
  /** Addresses. */
  @JsonProperty("Cidr")
  CIDR,
  /** Pods by namespace and labels. */
  @JsonProperty("Pods")
  PODS
}
