package dev.cachecluster.operator.acl;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * A line of an access list, as written or as a server lists it, without what says nothing.
 *
 * @param words all that is not about commands: switched on or off, passwords, keys, channels
 */
record RuleLine(String name, SortedSet<String> words, CommandRules commands) {
  /**
   * Words that say what is so without them, for a user that starts from nothing as each line of a
   * file does.
   */
  private static final Set<String> DEFAULTS =
      Set.of("sanitize-payload", "resetkeys", "resetchannels", "resetpass", "-@all");

  /**
   * @param seen rules that were read before; a thousand users have few different ones
   */
  static RuleLine of(String line, Map<List<String>, CommandRules> seen) {
    SortedSet<String> words = new TreeSet<>();
    List<String> commands = new ArrayList<>();
    String name = "";
    int at = 0;
    for (String word : line.strip().split(" ", -1)) {
      if (word.isEmpty()) {
        continue;
      }
      switch (at++) {
        case 0 -> {}
        case 1 -> name = word;
        default -> {
          if (DEFAULTS.contains(word)) {
            continue;
          }
          boolean command = word.length() > 1 && (word.startsWith("+") || word.startsWith("-"));
          (command ? commands : words).add(word);
        }
      }
    }
    return new RuleLine(name, words, seen.computeIfAbsent(commands, CommandRules::of));
  }

  /** Whether whoever has these rights may do all that whoever has the others may. */
  boolean covers(RuleLine other) {
    return other.words.stream().allMatch(this::includes) && commands.cover(other.commands);
  }

  private boolean includes(String word) {
    return words.contains(word)
        || (word.startsWith("~") && words.contains("~*"))
        || (word.startsWith("&") && words.contains("&*"));
  }

  String digest() {
    return sha256(name + " " + String.join(" ", words) + " : " + commands.canonical());
  }

  static String sha256(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
  }
}
