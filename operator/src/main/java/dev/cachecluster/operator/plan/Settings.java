package dev.cachecluster.operator.plan;

import java.util.Arrays;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Compares a setting as it was given with how a server shows it. */
final class Settings {
  private Settings() {}

  static boolean same(String key, String wanted, @Nullable String shown) {
    if (key.equals("notify-keyspace-events") && shown != null) {
      return letters(wanted).equals(letters(shown));
    }
    return Objects.equals(wanted, shown);
  }

  /**
   * Whether the setting gives the server more memory than it has; the container's limit must come
   * first.
   */
  static boolean isMoreMemory(String key, String wanted, @Nullable String shown) {
    return (key.equals("maxmemory") || key.equals("repl-backlog-size"))
        && shown != null
        && shown.matches("[0-9]{1,18}")
        && Long.parseLong(wanted) > Long.parseLong(shown);
  }

  /** The flags are a set, and {@code A} stands for most of them. */
  private static String letters(String flags) {
    return Arrays.stream(flags.replace("A", "g$lshzxetd").split(""))
        .distinct()
        .sorted()
        .collect(Collectors.joining());
  }
}
