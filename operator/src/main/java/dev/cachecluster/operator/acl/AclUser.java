package dev.cachecluster.operator.acl;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * One user of a server. Every part is checked here, so that no name or pattern can smuggle a second
 * rule into the file: rules are separated by spaces and users by lines, and neither can be part of
 * any component.
 *
 * @param name letters, digits and {@code _ . ~ -}
 * @param credentials how the user proves itself
 * @param keys glob patterns of keys it may touch; none means no key; sorted, distinct
 * @param channels glob patterns of channels; sorted, distinct
 * @param commands rules such as {@code +@read}, {@code -keys}, {@code +config|get}, in the order in
 *     which they apply, on top of "nothing is allowed"
 */
public record AclUser(
    String name,
    Credentials credentials,
    List<String> keys,
    List<String> channels,
    List<String> commands) {

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.~-]{0,319}");
  private static final Pattern GLOB = Pattern.compile("[!-~]{1,512}");
  private static final Pattern COMMAND =
      Pattern.compile("[+-](@[a-z]{1,32}|[a-z][a-z0-9_.-]{0,63}(\\|[a-z][a-z0-9_-]{0,63})?)");
  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

  /** How a user proves itself, beside the client certificate that every connection needs. */
  public sealed interface Credentials {

    /** By one of these passwords, of which only the digests are known. */
    record PasswordDigests(List<String> sha256Hex) implements Credentials {
      public PasswordDigests {
        sha256Hex = canonical(sha256Hex);
        if (sha256Hex.isEmpty() || !sha256Hex.stream().allMatch(d -> SHA256.matcher(d).matches())) {
          throw new IllegalArgumentException(
              "a password digest is 64 lower-case hex digits, and one is needed");
        }
      }
    }

    /** By nothing more than the client certificate. */
    record CertificateOnly() implements Credentials {}

    /** By this password. */
    static Credentials password(Secret password) {
      return new PasswordDigests(List.of(password.sha256Hex()));
    }
  }

  public AclUser {
    require(NAME, name, "user name", "letters, digits, '_', '.', '~' and '-' only, at most 320");
    if (name.equals(AclFile.DEFAULT)) {
      throw new IllegalArgumentException("user name \"default\" is taken: that user is always off");
    }
    keys = globs(keys, "key pattern");
    channels = globs(channels, "channel pattern");
    commands = List.copyOf(commands);
    Set<String> seen = new HashSet<>();
    for (String rule : commands) {
      require(
          COMMAND,
          rule,
          "command rule",
          "+name, -name, +name|subcommand or +@category, in lower case");
      String subject = rule.substring(1);
      if (subject.equals("@all")) {
        throw new IllegalArgumentException(
            "command rule "
                + rule
                + " is refused: every command is named or in a narrower category");
      }
      // A server forgets the earlier of two rules about the same command, so what we asked for and
      // what it lists would differ.
      if (!seen.add(subject)) {
        throw new IllegalArgumentException(
            "two command rules about " + quoted(subject) + ": leave one");
      }
      // So it does with a rule about a subcommand when one about the whole command comes later.
      if (seen.stream().anyMatch(earlier -> earlier.startsWith(subject + "|"))) {
        throw new IllegalArgumentException(
            "command rule " + rule + " undoes one about its subcommand: put it first");
      }
    }
  }

  private static List<String> globs(List<String> globs, String what) {
    globs.forEach(g -> require(GLOB, g, what, "printable ASCII without spaces, at most 512"));
    List<String> sorted = canonical(globs);
    if (sorted.size() > 1 && sorted.contains("*")) {
      throw new IllegalArgumentException(
          what + " \"*\" covers all others: leave it alone or leave it out");
    }
    return sorted;
  }

  private static List<String> canonical(Collection<String> values) {
    return List.copyOf(new TreeSet<>(values));
  }

  private static void require(Pattern form, String value, String what, String allowed) {
    if (!form.matcher(value).matches()) {
      throw new IllegalArgumentException(what + " " + quoted(value) + " is refused: " + allowed);
    }
  }

  /** Shows a hostile value without its control characters, and not endlessly. */
  private static String quoted(String value) {
    String head = value.length() > 40 ? value.substring(0, 40) + "..." : value;
    return '"' + head.replaceAll("[^ -~]", "?") + '"';
  }
}
