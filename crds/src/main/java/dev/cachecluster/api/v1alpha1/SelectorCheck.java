package dev.cachecluster.api.v1alpha1;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The part of the checks that looks at a selector, whichever field it stands in. */
final class SelectorCheck {
  private static final Set<String> OPERATORS = Set.of("DoesNotExist", "Exists", "In", "NotIn");

  private final ProblemList problems;
  private final String field;

  SelectorCheck(ProblemList problems, String field) {
    this.problems = problems;
    this.field = field;
  }

  void check(SelectorSpec selector) {
    Map<String, String> labels = selector.matchLabels();
    if (labels != null) {
      problems.atMost(field + ".matchLabels", labels.size(), SelectorSpec.MAX_ENTRIES);
      boolean formed = labels.entrySet().stream().allMatch(e -> label(e.getKey(), e.getValue()));
      problems.require(field, formed, field + SelectorSpec.LABELS_FORM);
    }
    List<SelectorExpressionSpec> expressions = selector.matchExpressions();
    if (expressions != null) {
      problems.atMost(field + ".matchExpressions", expressions.size(), SelectorSpec.MAX_ENTRIES);
      for (int i = 0; i < expressions.size(); i++) {
        expression(field + ".matchExpressions[" + i + "]", expressions.get(i));
      }
    }
  }

  private void expression(String item, @Nullable SelectorExpressionSpec expression) {
    if (expression == null) {
      problems.add(item, item + " is empty: remove it");
      return;
    }
    List<String> values = expression.values() == null ? List.of() : expression.values();
    problems.atMost(item + ".values", values.size(), SelectorSpec.MAX_ENTRIES);
    if (problems.present(item + ".key", expression.key())) {
      boolean formed = values.stream().allMatch(value -> label(expression.key(), value));
      problems.require(
          field, formed && label(expression.key(), ""), field + SelectorSpec.EXPRESSIONS_FORM);
    }
    if (problems.present(item + ".operator", expression.operator())) {
      problems.oneOf(item + ".operator", expression.operator(), OPERATORS);
      problems.require(
          field, expression.takesValues() != values.isEmpty(), field + SelectorSpec.VALUES_FORM);
    }
  }

  private static boolean label(String key, @Nullable String value) {
    return key.matches(Labels.KEY) && value != null && value.matches(Labels.VALUE);
  }
}
