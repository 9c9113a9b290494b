package dev.cachecluster.stories.rig;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Strings of somebody who wants a value to be read as more than a value. */
public final class HostileText {
  private static final int HUGE = 64 * 1024;

  /** What means something to an access list, a server's file, YAML, a shell, or an eye. */
  private static final List<String> FRAGMENTS =
      List.of(
          "\n",
          "\r\n",
          "\0",
          "\t",
          " ",
          "\u0085",
          "\u2028",
          "\u00a0",
          "\u200b",
          "\u202e",
          "\ufeff",
          "\u0430",
          "\u212a",
          "\uff0b",
          " +@all",
          "+@all",
          " nopass",
          ">x",
          "#",
          "!",
          "~*",
          "&*",
          "%RW~*",
          "allkeys",
          "resetpass",
          "\nuser evil on nopass ~* &* +@all\n",
          "(~* +@all)",
          "\nport 6379\n",
          "\nrequirepass \"\"",
          " include /etc/passwd",
          "\"",
          "'",
          "\\",
          "\\x00",
          "`",
          "$(id)",
          "${HOME}",
          "{{.Values}}",
          ";",
          "|",
          "*",
          "?",
          "[a-",
          "../..",
          "/",
          "%00",
          "default",
          "_operator",
          "null",
          "---\n",
          "!!java",
          "&a [*a]",
          "-1",
          "1e999",
          "true");

  private final Random random;

  public HostileText(Random random) {
    this.random = random;
  }

  /** Every fragment alone first, then mixtures, a huge one among them. */
  public List<String> strings(int number) {
    var strings = new ArrayList<String>();
    strings.add("");
    strings.add("a".repeat(HUGE));
    while (strings.size() < number) {
      int next = strings.size() - 2;
      strings.add(next < FRAGMENTS.size() ? "a" + FRAGMENTS.get(next) : mixture());
    }
    return strings;
  }

  private String mixture() {
    var text = new StringBuilder();
    for (int n = 1 + random.nextInt(4); n > 0; n--) {
      text.append(FRAGMENTS.get(random.nextInt(FRAGMENTS.size())));
      text.append(Integer.toString(random.nextInt(36 * 36), 36));
    }
    return text.toString();
  }
}
