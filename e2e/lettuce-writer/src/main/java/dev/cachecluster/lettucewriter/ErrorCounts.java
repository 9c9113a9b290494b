package dev.cachecluster.lettucewriter;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Counts errors by text, that of their root included: Lettuce's own message often only says that
 * there was one. Addresses differ with every connection and are left out.
 */
final class ErrorCounts {
  private static final int MAX_KINDS = 20;
  private static final String OTHERS = "others";
  private static final Pattern ADDRESS =
      Pattern.compile("(\\[[0-9a-fA-F:%.]+]|\\b\\d{1,3}(\\.\\d{1,3}){3})(:\\d+)?");

  private final Map<String, Long> counts = new TreeMap<>();

  void add(Throwable error) {
    String text = ADDRESS.matcher(text(error)).replaceAll("<address>");
    boolean room = counts.containsKey(text) || counts.size() < MAX_KINDS;
    counts.merge(room ? text : OTHERS, 1L, Long::sum);
  }

  /** What an error says, and what its root says if that is something else. */
  static String text(Throwable error) {
    List<Throwable> chain = new ArrayList<>();
    for (Throwable at = error; at != null && !chain.contains(at); at = at.getCause()) {
      chain.add(at);
    }
    String first = message(error);
    String root = message(chain.getLast());
    return first.contains(root) ? first : first + ": " + root;
  }

  private static String message(Throwable error) {
    String message = error.getMessage();
    return message == null ? error.getClass().getSimpleName() : message;
  }

  long total() {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Sorted by text. */
  Map<String, Long> byText() {
    return new TreeMap<>(counts);
  }
}
