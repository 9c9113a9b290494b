package dev.cachecluster.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** The server that runs. */
public enum EngineType {
  @JsonProperty("Valkey")
  VALKEY,
  @JsonProperty("Redis")
  REDIS
}
