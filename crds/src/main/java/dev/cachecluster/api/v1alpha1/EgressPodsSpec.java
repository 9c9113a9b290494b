package dev.cachecluster.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.Map;

/**
 * Pods of one namespace.
 *
 * @param namespace Their namespace, by its name.
 * @param matchLabels Labels with the values that they must have, at least one.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record EgressPodsSpec(
    @Required
        @Size(max = 63)
        @ValidationRule(
            value = "self.matches('" + ClusterReference.NAMESPACE_PATTERN + "')",
            message = EgressPodsSpec.NAMESPACE_MESSAGE)
        String namespace,
    @Required
        @Size(min = 1, max = EgressPodsSpec.MAX_LABELS)
        @ValidationRule(
            value =
                "self.all(k, k.matches('"
                    + Labels.KEY
                    + "') && self[k].matches('"
                    + Labels.VALUE
                    + "'))",
            message = EgressPodsSpec.LABELS_MESSAGE)
        Map<String, @Size(max = 63) String> matchLabels) {

  static final int MAX_LABELS = 8;

  private static final String FIELD = "spec.network.egress[].pods.";
  static final String NAMESPACE_MESSAGE =
      FIELD + "namespace must be the name of a namespace: a-z, 0-9 and '-', at most 63";
  static final String LABELS_MESSAGE = FIELD + "matchLabels" + Labels.LABEL_FORM;

  public EgressPodsSpec {
    matchLabels = Copies.sorted(matchLabels);
  }
}
