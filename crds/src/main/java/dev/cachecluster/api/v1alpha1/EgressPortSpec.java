package dev.cachecluster.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;

/**
 * A port.
 *
 * @param protocol TCP or UDP.
 * @param port Its number at the place itself, not that of a Service before it: policies judge a
 *     packet by where it ends.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record EgressPortSpec(
    @Required @OneOf({"TCP", "UDP"}) String protocol,
    @Min(1) @Max(EgressPortSpec.HIGHEST) @Required Integer port) {

  static final int HIGHEST = 65_535;
}
