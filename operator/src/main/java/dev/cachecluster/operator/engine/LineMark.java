package dev.cachecluster.operator.engine;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Which line of data a server's data belongs to, as it stands in the data itself.
 *
 * <p>A server that starts from an append-only file has forgotten its replication history, and so
 * has one that had no replica when it wrote its snapshot. So each leader gets a function library
 * whose only function answers with this mark: it is copied to replicas, written to both kinds of
 * files, evicted by nobody, and not touched by FLUSHALL. It may be called while the server serves
 * nobody ({@code allow-stale}).
 *
 * @param line the first replication history of the line, 40 hexadecimal digits
 * @param term of the leader that wrote it
 * @param primary the name of that leader's member
 */
public record LineMark(String line, long term, String primary) {
  /** Name of the library and of its one function. */
  static final String NAME = "cachecluster_line";

  private static final Pattern LINE = Pattern.compile("[0-9a-f]{40}");
  private static final Pattern MEMBER = Pattern.compile("[a-z]([a-z0-9-]{0,61}[a-z0-9])?");
  private static final Pattern TERM = Pattern.compile("[1-9][0-9]{0,17}");

  /**
   * @throws IllegalArgumentException if a word could be more than a word in a program
   */
  public LineMark {
    if (!LINE.matcher(line).matches() || !MEMBER.matcher(primary).matches() || term < 1) {
      throw new IllegalArgumentException("no mark of a line: " + line + " " + term + " " + primary);
    }
  }

  /** The library's source. Redis and Valkey both know {@code redis} and the engine {@code lua}. */
  String library() {
    return "#!lua name="
        + NAME
        + "\nredis.register_function{function_name='"
        + NAME
        + "', callback=function() return {'"
        + line
        + "', '"
        + term
        + "', '"
        + primary
        + "'} end, flags={'no-writes', 'allow-stale'}}\n";
  }

  /** The mark of these words; empty if there is none. */
  public static Optional<LineMark> of(String line, long term, String primary) {
    return LINE.matcher(line).matches() && MEMBER.matcher(primary).matches() && term > 0
        ? Optional.of(new LineMark(line, term, primary))
        : Optional.empty();
  }

  /** Reads what the function answered; empty if it is not of ours. */
  static Optional<LineMark> read(List<String> words) {
    return words.size() == 3 && TERM.matcher(words.get(1)).matches()
        ? of(words.get(0), Long.parseLong(words.get(1)), words.get(2))
        : Optional.empty();
  }
}
