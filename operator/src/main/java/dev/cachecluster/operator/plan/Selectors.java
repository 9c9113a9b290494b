package dev.cachecluster.operator.plan;

import dev.cachecluster.api.v1alpha1.SelectorExpressionSpec;
import dev.cachecluster.api.v1alpha1.SelectorSpec;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Whether labels are what a selector asks for, by the rules of Kubernetes. */
final class Selectors {
  private Selectors() {}

  static boolean matches(SelectorSpec selector, Map<String, String> labels) {
    var wanted = Optional.ofNullable(selector.matchLabels()).orElse(Map.of());
    var expressions = Optional.ofNullable(selector.matchExpressions()).orElse(List.of());
    return wanted.entrySet().stream()
            .allMatch(entry -> entry.getValue().equals(labels.get(entry.getKey())))
        && expressions.stream().allMatch(expression -> matches(expression, labels));
  }

  private static boolean matches(SelectorExpressionSpec expression, Map<String, String> labels) {
    var value = labels.get(expression.key());
    var values = Optional.ofNullable(expression.values()).orElse(List.of());
    return switch (expression.operator()) {
      case "In" -> value != null && values.contains(value);
      case "NotIn" -> value == null || !values.contains(value);
      case "Exists" -> value != null;
      case "DoesNotExist" -> value == null;
      default -> false;
    };
  }
}
