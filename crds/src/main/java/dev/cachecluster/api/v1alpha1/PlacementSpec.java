package dev.cachecluster.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where the pods run and what they carry.
 *
 * @param nodeSelector Labels that a node must have.
 * @param tolerations Taints that the pods tolerate.
 * @param topologySpread How the members are spread. Over nodes, as far as possible, if not given.
 * @param priorityClassName PriorityClass of the pods.
 * @param podLabels More labels for the pods. Refused are keys under domains of Kubernetes, the
 *     operator, service meshes and network plugins, and bare names that selectors use, such as app.
 * @param podAnnotations More annotations for the pods. Refused are keys under domains of
 *     Kubernetes, the operator, service meshes, secret injectors and network plugins; prometheus.io
 *     is allowed.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record PlacementSpec(
    @Nullable
        @Size(max = PlacementSpec.MAX_ENTRIES)
        @ValidationRule(
            value = PlacementSpec.LABELS_RULE,
            messageExpression =
                "'spec.placement.nodeSelector: ' + "
                    + PlacementSpec.WRONG_LABEL
                    + PlacementSpec.FORM,
            message = "spec.placement.nodeSelector" + Labels.LABEL_FORM)
        Map<String, @Size(max = 63) String> nodeSelector,
    @Nullable @Size(max = PlacementSpec.MAX_ENTRIES) List<TolerationSpec> tolerations,
    @Nullable TopologySpreadSpec topologySpread,
    @Nullable
        @Size(max = 253)
        @ValidationRule(
            value = "self.matches('" + Labels.OBJECT_NAME + "')",
            message = PlacementSpec.PRIORITY_MESSAGE)
        String priorityClassName,
    @Nullable
        @Size(max = PlacementSpec.MAX_ENTRIES)
        @ValidationRule(
            value = PlacementSpec.LABELS_RULE,
            messageExpression =
                "'spec.placement.podLabels: ' + " + PlacementSpec.WRONG_LABEL + PlacementSpec.FORM,
            message = "spec.placement.podLabels" + Labels.LABEL_FORM)
        @ValidationRule(
            value = "self.all(k, !k.matches('" + Labels.RESERVED_LABEL + "'))",
            messageExpression =
                "'spec.placement.podLabels: ' + self.filter(k, k.matches('"
                    + Labels.RESERVED_LABEL
                    + "'))[0] + '"
                    + Labels.RESERVED
                    + "'",
            message = "spec.placement.podLabels: a key" + Labels.RESERVED)
        Map<String, @Size(max = 63) String> podLabels,
    @Nullable
        @Size(max = PlacementSpec.MAX_ENTRIES)
        @ValidationRule(
            value = "self.all(k, k.matches('" + Labels.KEY + "'))",
            messageExpression =
                "'spec.placement.podAnnotations: ' + self.filter(k, !k.matches('"
                    + Labels.KEY
                    + "'))[0] + \""
                    + Labels.ANNOTATION_FORM
                    + "\"",
            message = "spec.placement.podAnnotations" + Labels.ANNOTATION_FORM)
        @ValidationRule(
            value = "self.all(k, !k.matches('" + Labels.RESERVED_ANNOTATION + "'))",
            messageExpression =
                "'spec.placement.podAnnotations: ' + self.filter(k, k.matches('"
                    + Labels.RESERVED_ANNOTATION
                    + "'))[0] + '"
                    + Labels.RESERVED
                    + "'",
            message = "spec.placement.podAnnotations: a key" + Labels.RESERVED)
        Map<String, @Size(max = PlacementSpec.MAX_ANNOTATION_LENGTH) String> podAnnotations) {

  static final int MAX_ENTRIES = 16;
  static final int MAX_ANNOTATION_LENGTH = 1024;

  private static final String IS_LABEL =
      "k.matches('" + Labels.KEY + "') && self[k].matches('" + Labels.VALUE + "')";
  static final String LABELS_RULE = "self.all(k, " + IS_LABEL + ")";
  static final String WRONG_LABEL = "self.filter(k, !(" + IS_LABEL + "))[0]";
  static final String FORM = " + \"" + Labels.LABEL_FORM + "\"";
  static final String PRIORITY_MESSAGE =
      "spec.placement.priorityClassName must be the name of a PriorityClass: lower-case letters,"
          + " digits, '-' and '.'";

  public PlacementSpec {
    nodeSelector = Copies.sorted(nodeSelector);
    tolerations = Copies.list(tolerations);
    podLabels = Copies.sorted(podLabels);
    podAnnotations = Copies.sorted(podAnnotations);
  }
}
