package dev.cachecluster.operator.acl;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a {@link Role.Custom} may be made of: the engines' own categories as far as they are about
 * data, and scripts.
 *
 * <p>Not here are {@code @admin}, {@code @dangerous} and {@code @connection}, which no application
 * gets as a whole; {@code @fast}, {@code @slow} and {@code @blocking}, which say how and not what;
 * and {@code @transaction}, which everybody has.
 */
public enum Category {
  BITMAP,
  GEO,
  HASH,
  HYPERLOGLOG,
  KEYSPACE,
  LIST,
  PUBSUB,
  READ,
  /**
   * Scripts of the application's own, in its own rights. In no other role, because holes in the
   * script engine were found again and again that lead out of those rights (CVE-2025-49844 runs
   * code in the server, CVE-2025-46818 runs as another user), and because a script that does not
   * end stops the server for everybody. It does not bring SCRIPT FLUSH, KILL, DEBUG and SHOW.
   */
  SCRIPTING,
  SET,
  SORTEDSET,
  STREAM,
  STRING,
  WRITE;

  /** As users write it: in lower case. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The category of that word; empty if there is none. */
  public static Optional<Category> of(String word) {
    return Arrays.stream(values()).filter(c -> c.word().equals(word)).findFirst();
  }

  List<String> rules() {
    return this == SCRIPTING
        ? List.of("+eval", "+eval_ro", "+evalsha", "+evalsha_ro", "+script|exists", "+script|load")
        : List.of("+@" + word());
  }
}
