package dev.cachecluster.api.v1alpha1;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Durations of the API: Go's form with h, m, s and ms in this order, such as {@code 1h30m}. */
public final class Durations {
  /** The digits are bounded so that no allowed text overflows the API server's 64-bit duration. */
  static final String PATTERN =
      "^([0-9]{1,6}h([0-9]{1,7}m)?([0-9]{1,9}s)?([0-9]{1,9}ms)?"
          + "|[0-9]{1,7}m([0-9]{1,9}s)?([0-9]{1,9}ms)?"
          + "|[0-9]{1,9}s([0-9]{1,9}ms)?|[0-9]{1,9}ms)$";

  private static final Pattern ALLOWED = Pattern.compile(PATTERN);
  private static final Pattern PARTS =
      Pattern.compile("(?:([0-9]+)h)?(?:([0-9]+)m)?(?:([0-9]+)s)?(?:([0-9]+)ms)?");

  private Durations() {}

  /** The duration, or empty if the text is not one. */
  public static Optional<Duration> parse(@Nullable String text) {
    if (text == null || !ALLOWED.matcher(text).matches()) {
      return Optional.empty();
    }
    var parts = PARTS.matcher(text);
    if (!parts.matches()) {
      return Optional.empty();
    }
    return Optional.of(
        Duration.ofHours(number(parts.group(1)))
            .plusMinutes(number(parts.group(2)))
            .plusSeconds(number(parts.group(3)))
            .plusMillis(number(parts.group(4))));
  }

  private static long number(@Nullable String digits) {
    return digits == null ? 0 : Long.parseLong(digits);
  }
}
