package dev.cachecluster.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.model.annotation.SpecReplicas;
import org.jspecify.annotations.Nullable;

/**
 * How many servers there are and how they relate. A union: beside the type stand exactly the
 * members of that type.
 *
 * @param type Replicated: one primary with replicas. It cannot be changed later.
 * @param replicas Servers beside the primary, 0 to 5. With 0 every restart is an outage.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record TopologySpec(
    @Required @ValidationRule(value = "self == oldSelf", message = TopologySpec.IMMUTABLE_MESSAGE)
        TopologyType type,
    @Default("2") @Min(0) @Max(5) @SpecReplicas int replicas) {

  /** Used where YAML names no number. */
  public static final int DEFAULT_REPLICAS = 2;

  /** The most replicas a primary may have. */
  public static final int MAX_REPLICAS = 5;

  static final String IMMUTABLE_MESSAGE =
      "spec.topology.type cannot be changed: create another CacheCluster and move to it";

  /** A missing number must become the default; a primitive component alone would become 0. */
  @JsonCreator
  static TopologySpec read(
      @JsonProperty("type") TopologyType type,
      @JsonProperty("replicas") @Nullable Integer replicas) {
    return new TopologySpec(type, replicas == null ? DEFAULT_REPLICAS : replicas);
  }
}
