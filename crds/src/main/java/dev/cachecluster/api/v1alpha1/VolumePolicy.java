package dev.cachecluster.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What becomes of a volume that its member no longer needs. */
public enum VolumePolicy {
  /** Its claim stays until a person deletes it. */
  @JsonProperty("Retain")
  RETAIN,
  /** Its claim is deleted. */
  @JsonProperty("Delete")
  DELETE
}
