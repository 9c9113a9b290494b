package dev.cachecluster.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the cache should be.
 *
 * @param engine Which server runs, and in which version.
 * @param topology How many servers there are and how they relate.
 * @param memory How much data the cache holds, and what it gives up when it is full.
 * @param cpu CPU request and limit of each server. Without it 100m is requested and nothing
 *     limited.
 * @param config Engine settings by name, all of them changed live, without a restart. Only the
 *     settings of an allow-list are taken, with values as strings.
 * @param placement Where the pods run and what they carry.
 * @param tls Certificates. TLS cannot be turned off. What is not given has a default.
 * @param access Whose applications may use the cache: those of its own namespace if not given.
 * @param network Openings of the cache's network. It is closed both ways and cannot be opened as a
 *     whole.
 * @param persistence What of the data outlives the servers. It is in memory only if not given.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
    value = CacheClusterSpec.SNAPSHOT + CacheClusterSpec.SIZE + CacheClusterSpec.TWICE + ") >= 0",
    message = PersistenceSpec.SNAPSHOT_SIZE_MESSAGE)
@ValidationRule(
    value =
        CacheClusterSpec.APPEND_ONLY
            + CacheClusterSpec.SIZE
            + CacheClusterSpec.TWICE
            + ".add("
            + CacheClusterSpec.DATA
            + ")) >= 0",
    message = PersistenceSpec.APPEND_ONLY_SIZE_MESSAGE)
public record CacheClusterSpec(
    @Required EngineSpec engine,
    @Required TopologySpec topology,
    @Required MemorySpec memory,
    @Nullable CpuSpec cpu,
    @Nullable @Size(max = CacheClusterSpec.MAX_SETTINGS) Map<String, @Size(max = 64) String> config,
    @Nullable PlacementSpec placement,
    @Nullable @Default("{}") TlsSpec tls,
    @Default("{}") ClusterAccessSpec access,
    @Nullable NetworkSpec network,
    @Default("{}") PersistenceSpec persistence) {

  static final int MAX_SETTINGS = 32;

  static final String SNAPSHOT = "self.persistence.mode != 'Snapshot'";
  static final String APPEND_ONLY = "self.persistence.mode != 'AppendOnly'";
  static final String DATA = "quantity(self.memory.maxMemory)";
  static final String TWICE = DATA + ".add(" + DATA + ")";

  /** What is no size, or no memory, is told by its own rule. */
  static final String SIZE =
      " || !has(self.persistence.size) || !self.persistence.size.matches('"
          + PersistenceSpec.SIZE_PATTERN
          + "') || !self.memory.maxMemory.matches('"
          + MemorySpec.MAX_MEMORY_PATTERN
          + "') || quantity(self.persistence.size).compareTo(";

  /** Null comes only from JSON without the field that did not pass an API server. */
  public CacheClusterSpec {
    config = Copies.sorted(config);
    tls = tls == null ? TlsSpec.DEFAULTS : tls;
    if (access == null) {
      access = ClusterAccessSpec.DEFAULTS;
    }
    if (persistence == null) {
      persistence = PersistenceSpec.DEFAULTS;
    }
  }

  /** Where the cache's pods may connect to beside each other and DNS. */
  public List<EgressSpec> openings() {
    return network == null || network.egress() == null ? List.of() : network.egress();
  }
}
