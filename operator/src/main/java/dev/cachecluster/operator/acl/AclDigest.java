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
 * force. It does not depend on the order of users, passwords, keys or channels, nor on the words a
 * server adds that only state its defaults. The order of command rules counts, because later ones
 * win. A word we do not know changes the digest: it may grant something.
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
    List<String> ordered = new ArrayList<>();
    String[] words = line.strip().split(" +");
    for (String word : List.of(words).subList(Math.min(2, words.length), words.length)) {
      if (word.startsWith("+") || (word.startsWith("-") && !word.equals("-@all"))) {
        ordered.add(word);
      } else if (!DEFAULTS.contains(word)) {
        unordered.add(word);
      }
    }
    String name = words.length > 1 ? words[1] : "";
    return name + " " + String.join(" ", unordered) + " : " + String.join(" ", ordered);
  }
}
