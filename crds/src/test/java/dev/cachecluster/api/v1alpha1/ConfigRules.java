package dev.cachecluster.api.v1alpha1;

import dev.cachecluster.api.v1alpha1.ConfigKeys.EventFlags;
import dev.cachecluster.api.v1alpha1.ConfigKeys.ValueRule;
import dev.cachecluster.api.v1alpha1.ConfigKeys.WholeNumber;
import dev.cachecluster.api.v1alpha1.ConfigKeys.YesOrNo;
import io.fabric8.kubernetes.api.model.apiextensions.v1.ValidationRuleBuilder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Makes the CEL rules and the description of {@code spec.config} from {@link ConfigKeys}. */
final class ConfigRules {
  private ConfigRules() {}

  static List<io.fabric8.kubernetes.api.model.apiextensions.v1.ValidationRule> rules() {
    var rules = new ArrayList<io.fabric8.kubernetes.api.model.apiextensions.v1.ValidationRule>();
    String allowed = list(ConfigKeys.all().keySet());
    rules.add(
        new ValidationRuleBuilder()
            .withRule("self.all(k, k in " + allowed + ")")
            .withMessage(ConfigKeys.UNPRINTABLE_NOT_ALLOWED)
            .withMessageExpression(
                "'spec.config: ' + self.filter(k, !(k in "
                    + allowed
                    + "))[0] + '"
                    + ConfigKeys.NOT_ALLOWED
                    + "; allowed are "
                    + ConfigKeys.names()
                    + "'")
            .build());
    keysByRule()
        .forEach(
            (rule, keys) -> {
              String condition = condition(rule);
              String describe = rule.describe();
              rules.add(
                  new ValidationRuleBuilder()
                      .withRule(list(keys) + ".all(k, !(k in self) || (" + condition + "))")
                      .withMessage("spec.config: a setting must be " + describe)
                      .withMessageExpression(
                          "'spec.config: ' + "
                              + list(keys)
                              + ".filter(k, k in self && !("
                              + condition
                              + "))[0] + ' must be "
                              + describe
                              + "'")
                      .build());
            });
    return rules;
  }

  static String description() {
    return keysByRule().entrySet().stream()
        .map(entry -> String.join(", ", entry.getValue()) + ": " + entry.getKey().describe())
        .collect(Collectors.joining("; ", " Allowed are ", "."));
  }

  /** Settings with equal rules share one CEL rule, which keeps the CRD small. */
  private static Map<ValueRule, List<String>> keysByRule() {
    var keysByRule = new LinkedHashMap<ValueRule, List<String>>();
    ConfigKeys.all()
        .forEach((key, rule) -> keysByRule.computeIfAbsent(rule, _ -> new ArrayList<>()).add(key));
    return keysByRule;
  }

  private static String condition(ValueRule rule) {
    return switch (rule) {
      case WholeNumber number ->
          "self[k].matches('%s') && int(self[k]) >= %d && int(self[k]) <= %d"
              .formatted(WholeNumber.PATTERN, number.min(), number.max());
      case YesOrNo _ -> "self[k] in ['yes', 'no']";
      case EventFlags _ -> "self[k].matches('" + EventFlags.PATTERN + "')";
    };
  }

  private static String list(Iterable<String> keys) {
    var quoted = new ArrayList<String>();
    keys.forEach(key -> quoted.add("'" + key + "'"));
    return "[" + String.join(", ", quoted) + "]";
  }
}
