package dev.cachecluster.operator.acl;

import dev.cachecluster.operator.acl.AclUser.Credentials;
import dev.cachecluster.operator.acl.AclUser.Credentials.CertificateOnly;
import dev.cachecluster.operator.acl.AclUser.Credentials.PasswordDigests;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Strings of somebody who wants more than was granted, and users made of them. */
public final class HostileStrings {
  private static final int HUGE = 64 * 1024;

  /** What means something to an access list, a shell, a file, a protocol or an eye. */
  private static final List<String> FRAGMENTS =
      List.of(
          "\n",
          "\r",
          "\r\n",
          "\0",
          "\t",
          " ",
          "\u000b",
          "\f",
          "\u0085",
          "\u2028",
          "\u2029",
          "\u00a0",
          "\u200b",
          "\u202e",
          "\ufeff",
          "\ud800",
          "\u0430",
          "\u043e",
          "\u212a",
          "\uff0b",
          "\uff5e",
          " +@all",
          "+@all",
          "-@all",
          " nopass",
          "nopass",
          ">x",
          "<x",
          "#",
          "!",
          "~*",
          "&*",
          "%R~*",
          "allkeys",
          "allchannels",
          "allcommands",
          "resetpass",
          "reset",
          "on",
          "off",
          "user ",
          "\nuser evil on nopass ~* &* +@all\n",
          " (~* +@all)",
          "(",
          ")",
          "()",
          "clearselectors",
          "sanitize-payload",
          "\"",
          "'",
          "\\",
          "\\n",
          "\\x00",
          "`",
          "$",
          "${x}",
          "{{x}}",
          ";",
          "|",
          "*",
          "?",
          "[",
          "]",
          "[^a]",
          "[a-",
          "default",
          "_operator",
          "@admin",
          "config|get",
          "client|tracking|bcast",
          "%00",
          "..",
          "/",
          "~a",
          "~b",
          "*3\r\n$3\r\n",
          "=cmd",
          "<!--");

  private static final String HARMLESS = "abcXYZ019:_.-*";

  private HostileStrings() {}

  /** One string: fragments, letters, any characters at all, or very much of one. */
  public static String next(Random random) {
    StringBuilder text = new StringBuilder();
    switch (random.nextInt(12)) {
      case 0 -> {
        String fragment = one(random, FRAGMENTS);
        text.append(fragment.repeat(HUGE / fragment.length()));
      }
      case 1 -> text.append("a".repeat(random.nextInt(700)));
      case 2 -> {
        for (int n = random.nextInt(20); n > 0; n--) {
          text.appendCodePoint(random.nextInt(Character.MAX_CODE_POINT + 1));
        }
      }
      case 3, 4, 5, 6 -> {
        for (int n = 1 + random.nextInt(10); n > 0; n--) {
          text.append((char) ('!' + random.nextInt('~' - '!' + 1)));
        }
      }
      default -> {
        for (int n = 1 + random.nextInt(4); n > 0; n--) {
          text.append(random.nextBoolean() ? one(random, FRAGMENTS) : letters(random));
        }
      }
    }
    return text.toString();
  }

  private static String letters(Random random) {
    StringBuilder letters = new StringBuilder();
    for (int n = 1 + random.nextInt(5); n > 0; n--) {
      letters.append(HARMLESS.charAt(random.nextInt(HARMLESS.length())));
    }
    return letters.toString();
  }

  private static <T> T one(Random random, List<T> of) {
    return of.get(random.nextInt(of.size()));
  }

  /** The parts of a user, some hostile and some not. */
  record Parts(
      String name,
      List<String> digests,
      List<String> keys,
      List<String> channels,
      List<String> rules) {

    static Parts next(Random random) {
      int hostile = random.nextInt(5);
      return new Parts(
          hostile == 0 ? HostileStrings.next(random) : "shop.u" + random.nextInt(1_000_000) + "~a",
          hostile == 1 ? List.of(HostileStrings.next(random)) : digests(random),
          hostile == 2 || random.nextBoolean() ? several(random) : List.of("k:*"),
          hostile == 3 || random.nextBoolean() ? several(random) : List.of(),
          hostile == 4 ? List.of(HostileStrings.next(random)) : List.of("+get", "-set"));
    }

    private static List<String> digests(Random random) {
      return random.nextInt(4) == 0
          ? List.of()
          : List.of(Secret.of("password " + random.nextInt()).sha256Hex());
    }

    private static List<String> several(Random random) {
      List<String> several = new ArrayList<>();
      for (int n = 1 + random.nextInt(3); n > 0; n--) {
        several.add(HostileStrings.next(random));
      }
      return several;
    }

    /** Throws IllegalArgumentException if any part is refused. */
    AclUser user() {
      Credentials credentials =
          digests.isEmpty() ? new CertificateOnly() : new PasswordDigests(digests);
      return new AclUser(name, credentials, keys, channels, rules);
    }
  }
}
