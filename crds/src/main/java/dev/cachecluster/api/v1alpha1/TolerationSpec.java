package dev.cachecluster.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/**
 * A taint that the pods tolerate.
 *
 * @param key Key of the taint. Taints of control-plane nodes are not tolerated.
 * @param operator Equal (if not given) compares the value; Exists does not.
 * @param value Value of the taint; only with Equal.
 * @param effect Effect of the taint; every effect if not given.
 * @param tolerationSeconds How long a taint with effect NoExecute is tolerated; for ever if not
 *     given.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
    value =
        "!has(self.operator) || self.operator != 'Exists' || !has(self.value) || self.value == ''",
    message = TolerationSpec.EXISTS_MESSAGE)
@ValidationRule(
    value = "!has(self.tolerationSeconds) || (has(self.effect) && self.effect == 'NoExecute')",
    message = TolerationSpec.SECONDS_MESSAGE)
public record TolerationSpec(
    @Required
        @Size(max = Labels.MAX_KEY_LENGTH)
        @ValidationRule(
            value = "self.matches('" + Labels.KEY + "')",
            message = TolerationSpec.KEY_MESSAGE)
        @ValidationRule(
            value = "!self.matches('" + Labels.CONTROL_PLANE_TAINT + "')",
            message = TolerationSpec.CONTROL_PLANE_MESSAGE)
        String key,
    @Nullable @OneOf({"Equal", "Exists"}) String operator,
    @Nullable
        @Size(max = 63)
        @ValidationRule(
            value = "self.matches('" + Labels.VALUE + "')",
            message = TolerationSpec.VALUE_MESSAGE)
        String value,
    @Nullable @OneOf({"NoExecute", "NoSchedule", "PreferNoSchedule"}) String effect,
    @Nullable @Min(0) @Max(TolerationSpec.MAX_SECONDS) Long tolerationSeconds) {

  /** A year. */
  static final long MAX_SECONDS = 31_536_000;

  private static final String FIELD = "spec.placement.tolerations[].";
  static final String KEY_MESSAGE =
      FIELD + "key must be the key of a taint, for example example.com/dedicated";
  static final String CONTROL_PLANE_MESSAGE =
      FIELD + "key names the taint of control-plane nodes, where caches do not run: remove it";
  static final String VALUE_MESSAGE =
      FIELD + "value must be the value of a taint: letters, digits, '-', '_' and '.', at most 63";
  static final String EXISTS_MESSAGE =
      FIELD + "value does not go with operator Exists: remove the value or use Equal";
  static final String SECONDS_MESSAGE =
      FIELD + "tolerationSeconds goes with effect NoExecute only: set that effect or remove it";
}
