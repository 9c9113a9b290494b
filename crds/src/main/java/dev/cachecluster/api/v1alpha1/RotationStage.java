package dev.cachecluster.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** The steps by which a user's credentials are replaced, in their order. */
public enum RotationStage {
  /** One server user is in use, the other does not exist. */
  @JsonProperty("Idle")
  IDLE,
  /** The servers are told of the other one. */
  @JsonProperty("Preparing")
  PREPARING,
  /** All servers accept it, and the binding is written. */
  @JsonProperty("Publishing")
  PUBLISHING,
  /** The binding names the new one; the old one works until it is unused or the grace ends. */
  @JsonProperty("Draining")
  DRAINING
}
