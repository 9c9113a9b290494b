package dev.cachecluster.lettucewriter;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How to reach the cache.
 *
 * @param binding directory of the mounted binding
 * @param address where to dial instead of the binding's host; the server's name stays the binding's
 * @param timeout limit of a connect and of a command, the wait for a connection included
 * @param retries tries of one write after its first
 */
record Target(
    Path binding, Optional<Address> address, Duration timeout, int retries, Duration retryWait) {
  Target {
    if (timeout.isZero()) {
      throw new UsageException("--timeout must be positive");
    }
    if (retries < 0) {
      throw new UsageException("--retries must not be negative");
    }
  }

  record Address(String host, int port) {
    private static final Pattern FORM = Pattern.compile("(.+):(\\d{1,5})");

    static Address parse(String text) {
      Matcher parts = FORM.matcher(text);
      if (!parts.matches()) {
        throw new UsageException("--address \"" + text + "\" is not HOST:PORT");
      }
      return new Address(
          String.valueOf(parts.group(1)), Integer.parseInt(String.valueOf(parts.group(2))));
    }
  }
}
