package dev.cachecluster.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Selects objects by their labels: those that fulfil all of it.
 *
 * @param matchLabels Labels with the values that they must have.
 * @param matchExpressions Further conditions on labels.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record SelectorSpec(
    @Nullable @Size(max = SelectorSpec.MAX_ENTRIES) Map<String, @Size(max = 63) String> matchLabels,
    @Nullable @Size(max = SelectorSpec.MAX_ENTRIES) List<SelectorExpressionSpec> matchExpressions) {

  static final int MAX_ENTRIES = 16;

  // The rules stand at the fields of this type, because their messages name the field.
  static final String LABELS_RULE =
      "!has(self.matchLabels) || self.matchLabels.all(k, k.matches('"
          + Labels.KEY
          + "') && self.matchLabels[k].matches('"
          + Labels.VALUE
          + "'))";
  static final String EXPRESSIONS_RULE =
      "!has(self.matchExpressions) || self.matchExpressions.all(e, e.key.matches('"
          + Labels.KEY
          + "') && (!has(e.values) || e.values.all(v, v.matches('"
          + Labels.VALUE
          + "'))))";
  static final String VALUES_RULE =
      "!has(self.matchExpressions) || self.matchExpressions.all(e, (e.operator in ['In', 'NotIn'])"
          + " == (has(e.values) && e.values.size() > 0))";
  static final String SELECTS_RULE =
      "(has(self.matchLabels) && self.matchLabels.size() > 0) || (has(self.matchExpressions) &&"
          + " self.matchExpressions.size() > 0)";
  static final String REQUIRES_RULE =
      "(has(self.matchLabels) && self.matchLabels.size() > 0) || (has(self.matchExpressions) &&"
          + " self.matchExpressions.exists(e, e.operator in ['In', 'Exists']))";

  static final String LABELS_FORM = ".matchLabels" + Labels.LABEL_FORM;
  static final String EXPRESSIONS_FORM = ".matchExpressions[]" + Labels.LABEL_FORM;
  static final String VALUES_FORM =
      ".matchExpressions[].values goes exactly with operator In or NotIn: add values, remove them"
          + " or change the operator";

  public SelectorSpec {
    matchLabels = Copies.sorted(matchLabels);
    matchExpressions = Copies.list(matchExpressions);
  }

  /** Whether it says anything; one that is empty selects everything. */
  boolean selects() {
    return (matchLabels != null && !matchLabels.isEmpty())
        || (matchExpressions != null && !matchExpressions.isEmpty());
  }

  /** Whether it asks for a label; one that only excludes selects what has no labels at all. */
  boolean requiresLabel() {
    return (matchLabels != null && !matchLabels.isEmpty())
        || (matchExpressions != null
            && matchExpressions.stream().anyMatch(e -> e != null && e.requiresLabel()));
  }
}
