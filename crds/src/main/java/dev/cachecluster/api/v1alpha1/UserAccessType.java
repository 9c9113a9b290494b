package dev.cachecluster.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Which commands an application may send. */
public enum UserAccessType {
  /** Commands that read keys. */
  @JsonProperty("ReadOnly")
  READ_ONLY,
  /** Commands that read and change keys, and what goes with them. */
  @JsonProperty("ReadWrite")
  READ_WRITE,
  /** Named categories of commands. */
  @JsonProperty("Custom")
  CUSTOM,
  /** What an exporter of metrics reads; no key and no channel. */
  @JsonProperty("Metrics")
  METRICS
}
