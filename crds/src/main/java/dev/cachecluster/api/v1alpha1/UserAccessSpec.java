package dev.cachecluster.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/**
 * Which commands the application may send. A union: beside the type stand exactly the members of
 * that type.
 *
 * @param type ReadOnly: commands that read keys. ReadWrite: commands that read and change keys,
 *     transactions, publish and subscribe, and calling functions; running scripts takes Custom.
 *     Custom: the categories of commands that custom names. Metrics: what an exporter of metrics
 *     reads, which is INFO, the length of the slow log and the latency figures; it goes without
 *     keys and channels.
 * @param custom Exactly with type Custom.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
    value = "(self.type == 'Custom') == has(self.custom)",
    message = UserAccessSpec.UNION_MESSAGE)
public record UserAccessSpec(@Required UserAccessType type, @Nullable CustomAccessSpec custom) {

  static final String UNION_MESSAGE =
      "spec.access.custom goes exactly with type Custom: set both or neither";
}
