package dev.cachecluster.operator.acl;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * A fingerprint of an access list, equal for the file we wrote and for what the server lists as in
 * force.
 *
 * <p>Servers do not repeat a file word for word: they add words that only state their defaults, and
 * Redis 7.0 derives the command rules anew from what they allow, in an order that changes with each
 * start. So order counts only where it changes the meaning: categories that are all granted may
 * stand in any order, and so may single commands after them. Rules for which Redis 7.0 finds other
 * words of the same meaning cannot be recognised; the tests show that ours are not such. A word
 * that is not known changes the digest: it may grant something.
 */
public final class AclDigest {
  /**
   * Words that say what is so without them, for a user that starts from nothing as each line of a
   * file does.
   */
  private static final Set<String> DEFAULTS =
      Set.of("sanitize-payload", "resetkeys", "resetchannels", "resetpass", "-@all");

  private AclDigest() {}

  /** Of a file. */
  public static String ofFile(String text) {
    return of(text.lines());
  }

  /** Of the answer to ACL LIST. */
  public static String ofServer(List<String> aclList) {
    return of(aclList.stream());
  }

  private static String of(Stream<String> lines) {
    TreeSet<String> users = new TreeSet<>();
    lines.filter(line -> !line.isBlank()).map(AclDigest::normal).forEach(users::add);
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      users.forEach(user -> digest.update((user + "\n").getBytes(StandardCharsets.UTF_8)));
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
  }

  private static String normal(String line) {
    TreeSet<String> unordered = new TreeSet<>();
    List<String> commands = new ArrayList<>();
    String[] words = line.strip().split(" +");
    for (String word : List.of(words).subList(Math.min(2, words.length), words.length)) {
      if (word.length() > 1
          && (word.startsWith("+") || (word.startsWith("-") && !word.equals("-@all")))) {
        commands.add(word);
      } else if (!DEFAULTS.contains(word)) {
        unordered.add(word);
      }
    }
    String name = words.length > 1 ? words[1] : "";
    return name + " " + String.join(" ", unordered) + " : " + String.join(" ", canonical(commands));
  }

  private static List<String> canonical(List<String> commands) {
    List<String> categories = commands.stream().takeWhile(c -> c.charAt(1) == '@').toList();
    List<String> single = commands.subList(categories.size(), commands.size());
    boolean orderMatters =
        categories.stream().anyMatch(c -> c.startsWith("-"))
            || single.stream().anyMatch(c -> c.charAt(1) == '@' || isPartOfAnother(c, single));
    return orderMatters
        ? commands
        : Stream.concat(categories.stream().sorted(), single.stream().sorted()).toList();
  }

  /** Whether the rule is about a subcommand of a command that has a rule itself. */
  private static boolean isPartOfAnother(String rule, List<String> rules) {
    int bar = rule.indexOf('|');
    return bar > 0
        && rules.stream().anyMatch(other -> other.substring(1).equals(rule.substring(1, bar)));
  }
}
