package dev.cachecluster.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/**
 * Namespaces. A union: beside from stand exactly the members of that choice.
 *
 * @param from Same: the namespace of the cache alone. All: every namespace. Selector: those that
 *     the selector selects, the cache's own only if it is among them. Narrowing it revokes the
 *     CacheUsers that are no longer allowed, after their grace.
 * @param selector Selects namespaces by their labels; exactly with from Selector. Whoever may label
 *     namespaces decides with it; the label kubernetes.io/metadata.name is always the true name.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
    value = "(self.from == 'Selector') == has(self.selector)",
    message = AllowedNamespacesSpec.UNION_MESSAGE)
public record AllowedNamespacesSpec(
    @Default("Same") NamespacesFrom from,
    @Nullable
        @ValidationRule(
            value = SelectorSpec.LABELS_RULE,
            message = AllowedNamespacesSpec.SELECTOR + SelectorSpec.LABELS_FORM)
        @ValidationRule(
            value = SelectorSpec.EXPRESSIONS_RULE,
            message = AllowedNamespacesSpec.SELECTOR + SelectorSpec.EXPRESSIONS_FORM)
        @ValidationRule(
            value = SelectorSpec.VALUES_RULE,
            message = AllowedNamespacesSpec.SELECTOR + SelectorSpec.VALUES_FORM)
        @ValidationRule(
            value = SelectorSpec.SELECTS_RULE,
            message = AllowedNamespacesSpec.EMPTY_MESSAGE)
        SelectorSpec selector) {

  /** What a spec without namespaces means. */
  public static final AllowedNamespacesSpec DEFAULTS =
      new AllowedNamespacesSpec(NamespacesFrom.SAME, null);

  static final String SELECTOR = "spec.access.namespaces.selector";
  static final String UNION_MESSAGE =
      "spec.access.namespaces.selector goes exactly with from Selector: set both or neither";
  static final String EMPTY_MESSAGE =
      "spec.access.namespaces.selector must name a label: an empty one selects every namespace;"
          + " use from All if that is meant";

  /** Null comes only from JSON without the field that did not pass an API server. */
  public AllowedNamespacesSpec {
    if (from == null) {
      from = NamespacesFrom.SAME;
    }
  }
}
