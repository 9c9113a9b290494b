package dev.cachecluster.lettucewriter;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations in the form that the stories and {@code e2e/writer} speak: 1h2m3.5s, 20ms. */
final class GoDuration {
  private static final Map<String, Long> NANOS =
      Map.of(
          "ns", 1L,
          "us", 1_000L,
          "ms", 1_000_000L,
          "s", 1_000_000_000L,
          "m", 60_000_000_000L,
          "h", 3_600_000_000_000L);
  private static final Pattern WHOLE =
      Pattern.compile("(?:(?:\\d+\\.?\\d*|\\.\\d+)(?:ns|us|ms|s|m|h))+");
  private static final Pattern PART = Pattern.compile("([0-9.]+)([a-z]+)");

  private GoDuration() {}

  /** Refuses anything else with a message for {@code option}. */
  static Duration parse(String option, String text) {
    if (text.equals("0")) {
      return Duration.ZERO;
    }
    BigDecimal nanos = BigDecimal.ZERO;
    if (WHOLE.matcher(text).matches()) {
      Matcher part = PART.matcher(text);
      while (part.find()) {
        BigDecimal number = new BigDecimal(String.valueOf(part.group(1)));
        nanos =
            nanos.add(number.multiply(BigDecimal.valueOf(NANOS.getOrDefault(part.group(2), 0L))));
      }
      if (nanos.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) <= 0) {
        return Duration.ofNanos(nanos.longValue());
      }
    }
    throw new UsageException(
        "--" + option + " \"" + text + "\" is not a duration such as 20ms, 1.5s or 2m");
  }

  /** As Go prints it. */
  static String text(Duration duration) {
    if (duration.isZero()) {
      return "0s";
    }
    if (duration.compareTo(Duration.ofSeconds(1)) < 0) {
      return shortest(BigDecimal.valueOf(duration.toNanos(), 6)) + "ms";
    }
    String hours = duration.toHours() > 0 ? duration.toHours() + "h" : "";
    String minutes = duration.toMinutes() > 0 ? duration.toMinutesPart() + "m" : "";
    long nanos = duration.toSecondsPart() * 1_000_000_000L + duration.toNanosPart();
    return hours + minutes + shortest(BigDecimal.valueOf(nanos, 9)) + "s";
  }

  private static String shortest(BigDecimal number) {
    return number.stripTrailingZeros().toPlainString();
  }
}
