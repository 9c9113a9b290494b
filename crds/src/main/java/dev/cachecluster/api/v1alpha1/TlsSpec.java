package dev.cachecluster.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Certificates. TLS cannot be turned off.
 *
 * @param server Where the server certificates come from. Managed if not given.
 * @param lifetime How long a certificate is valid, in h, m, s, ms, for example 2160h; from 1h to
 *     87600h.
 * @param renewBefore How long before its end a certificate is replaced, in h, m, s, ms, for example
 *     720h; at least 5m, and at least 5m less than the lifetime.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
    value =
        "!self.lifetime.matches('"
            + Durations.PATTERN
            + "') || !self.renewBefore.matches('"
            + Durations.PATTERN
            + "') || duration(self.lifetime) - duration(self.renewBefore) >= duration('5m')",
    message = TlsSpec.ORDER_MESSAGE)
public record TlsSpec(
    @Nullable TlsServerSpec server,
    @Default(TlsSpec.DEFAULT_LIFETIME)
        @Size(max = 32)
        @ValidationRule(
            value =
                "self.matches('"
                    + Durations.PATTERN
                    + "') && duration(self) >= duration('1h') && duration(self) <="
                    + " duration('87600h')",
            message = TlsSpec.LIFETIME_MESSAGE)
        String lifetime,
    @Default(TlsSpec.DEFAULT_RENEW_BEFORE)
        @Size(max = 32)
        @ValidationRule(
            value = "self.matches('" + Durations.PATTERN + "') && duration(self) >= duration('5m')",
            message = TlsSpec.RENEW_BEFORE_MESSAGE)
        String renewBefore) {

  /** 90 days. */
  public static final String DEFAULT_LIFETIME = "2160h";

  /** 30 days. */
  public static final String DEFAULT_RENEW_BEFORE = "720h";

  /** What a spec without tls means. */
  public static final TlsSpec DEFAULTS = new TlsSpec(null, DEFAULT_LIFETIME, DEFAULT_RENEW_BEFORE);

  static final Duration MIN_LIFETIME = Duration.ofHours(1);
  static final Duration MAX_LIFETIME = Duration.ofDays(3650);
  static final Duration MIN_RENEW_BEFORE = Duration.ofMinutes(5);

  static final String LIFETIME_MESSAGE =
      "spec.tls.lifetime must be a duration in h, m, s, ms from 1h to 87600h, for example 2160h";
  static final String RENEW_BEFORE_MESSAGE =
      "spec.tls.renewBefore must be a duration in h, m, s, ms of at least 5m, for example 720h";
  static final String ORDER_MESSAGE =
      "spec.tls.renewBefore must be at least 5m less than spec.tls.lifetime: lower renewBefore or"
          + " raise lifetime";

  /** Null comes only from JSON without the field that did not pass an API server. */
  public TlsSpec {
    if (lifetime == null) {
      lifetime = DEFAULT_LIFETIME;
    }
    if (renewBefore == null) {
      renewBefore = DEFAULT_RENEW_BEFORE;
    }
  }
}
