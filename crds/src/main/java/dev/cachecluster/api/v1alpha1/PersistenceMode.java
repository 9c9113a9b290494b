package dev.cachecluster.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What of the data outlives the servers. */
public enum PersistenceMode {
  /** Nothing: the data is in memory only. */
  @JsonProperty("None")
  NONE,
  /** All of it, as it was now and then and when a server was last told to stop. */
  @JsonProperty("Snapshot")
  SNAPSHOT,
  /** All of it, every change within about a second. */
  @JsonProperty("AppendOnly")
  APPEND_ONLY;

  /** Whether each member has a volume. */
  public boolean keeps() {
    return this != NONE;
  }
}
