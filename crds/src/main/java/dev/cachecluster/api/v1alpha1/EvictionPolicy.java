package dev.cachecluster.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Locale;

/** What a full cache gives up. */
public enum EvictionPolicy {
  @JsonProperty("noeviction")
  NOEVICTION,
  @JsonProperty("allkeys-lru")
  ALLKEYS_LRU,
  @JsonProperty("allkeys-lfu")
  ALLKEYS_LFU,
  @JsonProperty("allkeys-random")
  ALLKEYS_RANDOM,
  @JsonProperty("volatile-lru")
  VOLATILE_LRU,
  @JsonProperty("volatile-lfu")
  VOLATILE_LFU,
  @JsonProperty("volatile-random")
  VOLATILE_RANDOM,
  @JsonProperty("volatile-ttl")
  VOLATILE_TTL;

  /** The name in YAML and in the engine's own configuration, for example {@code allkeys-lfu}. */
  public String engineName() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
