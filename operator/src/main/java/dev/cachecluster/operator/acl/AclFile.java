package dev.cachecluster.operator.acl;

import dev.cachecluster.operator.acl.AclUser.Credentials;
import dev.cachecluster.operator.acl.AclUser.Credentials.CertificateOnly;
import dev.cachecluster.operator.acl.AclUser.Credentials.PasswordDigests;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The access list file of a server: one line per user, digests instead of passwords. */
public final class AclFile {
  /** The user that servers bring along. */
  static final String DEFAULT = "default";

  /**
   * Nobody can be this user: it is off and has no password. It may do everything, all the same,
   * because a server that reads its append-only file back runs the transactions in it as this user,
   * and drops without a word what it may not do (valkey-io/valkey#3983, redis/redis#14541).
   */
  static final List<String> DEFAULT_RIGHTS = List.of("~*", "&*", "+@all");

  private static final String DEFAULT_OFF =
      "user " + DEFAULT + " off resetpass " + String.join(" ", DEFAULT_RIGHTS);

  private AclFile() {}

  /** The file's text: the built-in user first and off, then the users by name. */
  public static String render(Collection<AclUser> users) {
    Set<String> names = new HashSet<>();
    for (AclUser user : users) {
      if (!names.add(user.name())) {
        throw new IllegalArgumentException("user \"" + user.name() + "\" is given twice");
      }
    }
    return Stream.concat(
            Stream.of(DEFAULT_OFF),
            users.stream().sorted(Comparator.comparing(AclUser::name)).map(AclFile::line))
        .collect(Collectors.joining("\n", "", "\n"));
  }

  private static String line(AclUser user) {
    return "user " + user.name() + " " + String.join(" ", rules(user));
  }

  /** All that is said about a user after its name. */
  static List<String> rules(AclUser user) {
    List<String> rules = new ArrayList<>(List.of("on"));
    switch (user.credentials()) {
      case PasswordDigests(var digests) -> digests.forEach(d -> rules.add("#" + d));
      case CertificateOnly() -> rules.add("nopass");
    }
    rules.add("resetkeys");
    user.keys().forEach(k -> rules.add("~" + k));
    rules.add("resetchannels");
    user.channels().forEach(c -> rules.add("&" + c));
    rules.add("-@all");
    rules.addAll(user.commands());
    return rules;
  }

  /** The users of a text made by {@link #render}; anything else is refused. */
  public static List<AclUser> parse(String text) {
    List<String> lines = text.lines().toList();
    if (lines.isEmpty() || !lines.getFirst().equals(DEFAULT_OFF)) {
      throw new IllegalArgumentException("an access list begins with: " + DEFAULT_OFF);
    }
    List<AclUser> users = lines.stream().skip(1).map(AclFile::parseLine).toList();
    if (!render(users).equals(text)) {
      throw new IllegalArgumentException(
          "the access list is not in the form in which it is written");
    }
    return users;
  }

  private static AclUser parseLine(String line) {
    String[] rules = line.split(" ", -1);
    if (rules.length < 4 || !rules[0].equals("user")) {
      throw new IllegalArgumentException("a line of an access list is: user <name> on <rules>");
    }
    List<String> digests = new ArrayList<>();
    List<String> keys = new ArrayList<>();
    List<String> channels = new ArrayList<>();
    List<String> commands = new ArrayList<>();
    boolean certificateOnly = false;
    for (String rule : List.of(rules).subList(2, rules.length)) {
      switch (rule) {
        case "on", "resetkeys", "resetchannels", "-@all" -> {}
        case "nopass" -> certificateOnly = true;
        case String r when r.startsWith("#") -> digests.add(r.substring(1));
        case String r when r.startsWith("~") -> keys.add(r.substring(1));
        case String r when r.startsWith("&") -> channels.add(r.substring(1));
        default -> commands.add(rule);
      }
    }
    Credentials credentials =
        certificateOnly ? new CertificateOnly() : new PasswordDigests(digests);
    return new AclUser(rules[1], credentials, keys, channels, commands);
  }
}
