package dev.cachecluster.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
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
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record CacheClusterSpec(
    @Required EngineSpec engine,
    @Required TopologySpec topology,
    @Required MemorySpec memory,
    @Nullable CpuSpec cpu,
    @Nullable @Size(max = CacheClusterSpec.MAX_SETTINGS) Map<String, @Size(max = 64) String> config,
    @Nullable PlacementSpec placement,
    @Nullable @Default("{}") TlsSpec tls,
    @Default("{}") ClusterAccessSpec access,
    @Nullable NetworkSpec network) {

  static final int MAX_SETTINGS = 32;

  /** Null comes only from JSON without the field that did not pass an API server. */
  public CacheClusterSpec {
    config = Copies.sorted(config);
    tls = tls == null ? TlsSpec.DEFAULTS : tls;
    if (access == null) {
      access = ClusterAccessSpec.DEFAULTS;
    }
  }

  /** Where the cache's pods may connect to beside each other and DNS. */
  public List<EgressSpec> openings() {
    return network == null || network.egress() == null ? List.of() : network.egress();
  }
}
