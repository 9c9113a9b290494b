package dev.cachecluster.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/**
 * CPU of each server.
 *
 * @param request CPU that is set aside, in cores or thousandths of one, for example "0.5" or 500m.
 * @param limit CPU that may be used at most, not below the request. A cache that is throttled
 *     answers late; set one only if you must.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
    value =
        "!has(self.request) || !has(self.limit) || !isQuantity(self.request) ||"
            + " !isQuantity(self.limit) ||"
            + " quantity(self.limit).compareTo(quantity(self.request)) >= 0",
    message = CpuSpec.ORDER_MESSAGE)
public record CpuSpec(
    @Nullable
        @Size(max = 16)
        @ValidationRule(value = CpuSpec.CPU_RULE, message = CpuSpec.REQUEST_MESSAGE)
        String request,
    @Nullable
        @Size(max = 16)
        @ValidationRule(value = CpuSpec.CPU_RULE, message = CpuSpec.LIMIT_MESSAGE)
        String limit) {

  static final String CPU_PATTERN = "^([0-9]{1,4}([.][0-9]{1,3})?|[0-9]{1,7}m)$";
  static final String CPU_RULE =
      "self.matches('" + CPU_PATTERN + "') && quantity(self).isGreaterThan(quantity('0'))";

  private static final String SHAPE =
      " must be cores or thousandths of a core above 0, for example \"2\", \"0.5\" or 500m";
  static final String REQUEST_MESSAGE = "spec.cpu.request" + SHAPE;
  static final String LIMIT_MESSAGE = "spec.cpu.limit" + SHAPE;
  static final String ORDER_MESSAGE =
      "spec.cpu.limit must not be below spec.cpu.request: raise the limit, lower the request or"
          + " remove the limit";
}
