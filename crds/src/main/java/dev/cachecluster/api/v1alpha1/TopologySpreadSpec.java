package dev.cachecluster.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/**
 * How the members are spread over nodes or zones.
 *
 * @param topologyKey Label of the nodes whose values are the places to spread over, for example
 *     kubernetes.io/hostname or topology.kubernetes.io/zone.
 * @param whenUnsatisfiable ScheduleAnyway runs a member in a place that has one already if it must;
 *     DoNotSchedule leaves it pending instead.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record TopologySpreadSpec(
    @Default(TopologySpreadSpec.DEFAULT_KEY)
        @Size(max = Labels.MAX_KEY_LENGTH)
        @ValidationRule(
            value = "self.matches('" + Labels.KEY + "')",
            message = TopologySpreadSpec.KEY_MESSAGE)
        String topologyKey,
    @Default(TopologySpreadSpec.DEFAULT_WHEN) @OneOf({"DoNotSchedule", "ScheduleAnyway"})
        String whenUnsatisfiable) {

  /** One member per node. */
  public static final String DEFAULT_KEY = "kubernetes.io/hostname";

  /** A cache that is up on one node is better than one that waits for another. */
  public static final String DEFAULT_WHEN = "ScheduleAnyway";

  static final String KEY_MESSAGE =
      "spec.placement.topologySpread.topologyKey must be a label of nodes, for example "
          + DEFAULT_KEY;

  /** Null comes only from JSON without the field that did not pass an API server. */
  public TopologySpreadSpec {
    if (topologyKey == null) {
      topologyKey = DEFAULT_KEY;
    }
    if (whenUnsatisfiable == null) {
      whenUnsatisfiable = DEFAULT_WHEN;
    }
  }
}
