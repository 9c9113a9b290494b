package dev.cachecluster.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * When credentials are replaced.
 *
 * @param interval How long credentials are used, in h, m, s, ms, for example 720h; from 1h to
 *     87600h. Without it they are replaced only on demand.
 * @param grace How long the old credentials go on working after the new ones were published, if
 *     somebody still uses them, in h, m, s, ms, for example 10m; from 0s to 168h, and shorter than
 *     the interval. Then their sessions end.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
    value =
        "!has(self.interval) || !self.interval.matches('"
            + Durations.PATTERN
            + "') || !self.grace.matches('"
            + Durations.PATTERN
            + "') || duration(self.grace) < duration(self.interval)",
    message = RotationSpec.ORDER_MESSAGE)
public record RotationSpec(
    @Nullable
        @Size(max = 32)
        @ValidationRule(
            value =
                "self.matches('"
                    + Durations.PATTERN
                    + "') && duration(self) >= duration('1h') && duration(self) <="
                    + " duration('87600h')",
            message = RotationSpec.INTERVAL_MESSAGE)
        String interval,
    @Default(RotationSpec.DEFAULT_GRACE)
        @Size(max = 32)
        @ValidationRule(
            value =
                "self.matches('" + Durations.PATTERN + "') && duration(self) <= duration('168h')",
            message = RotationSpec.GRACE_MESSAGE)
        String grace) {

  /** Long enough for a Secret to reach every pod, which takes a kubelet about a minute. */
  public static final String DEFAULT_GRACE = "10m";

  /** What a spec without rotation means. */
  public static final RotationSpec DEFAULTS = new RotationSpec(null, DEFAULT_GRACE);

  static final Duration MIN_INTERVAL = Duration.ofHours(1);
  static final Duration MAX_INTERVAL = Duration.ofDays(3650);
  static final Duration MAX_GRACE = Duration.ofDays(7);

  static final String INTERVAL_MESSAGE =
      "spec.rotation.interval must be a duration in h, m, s, ms from 1h to 87600h, for example"
          + " 720h";
  static final String GRACE_MESSAGE =
      "spec.rotation.grace must be a duration in h, m, s, ms from 0s to 168h, for example 10m";
  static final String ORDER_MESSAGE =
      "spec.rotation.grace must be shorter than spec.rotation.interval, so that the old credentials"
          + " are gone before the next ones come: lower grace or raise interval";

  /** Null comes only from JSON without the field that did not pass an API server. */
  public RotationSpec {
    if (grace == null) {
      grace = DEFAULT_GRACE;
    }
  }
}
