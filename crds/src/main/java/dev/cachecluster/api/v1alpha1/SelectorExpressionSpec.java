package dev.cachecluster.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A condition on one label.
 *
 * @param key Key of the label.
 * @param operator In: the label has one of the values. NotIn: it has none of them, or is not there.
 *     Exists: it is there. DoesNotExist: it is not.
 * @param values Exactly with In and NotIn.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record SelectorExpressionSpec(
    @Required @Size(max = Labels.MAX_KEY_LENGTH) String key,
    @Required @OneOf({"DoesNotExist", "Exists", "In", "NotIn"}) String operator,
    @Nullable @Size(max = SelectorSpec.MAX_ENTRIES) List<@Size(max = 63) String> values) {

  public SelectorExpressionSpec {
    values = Copies.list(values);
  }

  boolean takesValues() {
    return "In".equals(operator) || "NotIn".equals(operator);
  }

  boolean requiresLabel() {
    return "In".equals(operator) || "Exists".equals(operator);
  }
}
