package dev.cachecluster.api.v1alpha1;

/**
 * Whether a pattern matches a string, step by step as {@code stringmatchlen} of Valkey 8 does it,
 * for ASCII and as slow as it likes. The yardstick of {@link Glob}, and nothing of it is shared.
 */
final class ServerMatch {
  private final String pattern;
  private final String string;

  private ServerMatch(String pattern, String string) {
    this.pattern = pattern;
    this.string = string;
  }

  static boolean matches(String pattern, String string) {
    return new ServerMatch(pattern, string).from(0, 0);
  }

  private boolean from(int p, int s) {
    while (p < pattern.length() && s < string.length()) {
      char c = string.charAt(s);
      switch (pattern.charAt(p)) {
        case '*' -> {
          while (at(p + 1) == '*') {
            p++;
          }
          if (p + 1 == pattern.length()) {
            return true;
          }
          for (int rest = s; rest < string.length(); rest++) {
            if (from(p + 1, rest)) {
              return true;
            }
          }
          return false;
        }
        case '?' -> {}
        case '[' -> {
          p++;
          boolean not = at(p) == '^';
          if (not) {
            p++;
          }
          boolean match = false;
          while (true) {
            int left = pattern.length() - p;
            if (left >= 2 && at(p) == '\\') {
              p++;
              match |= at(p) == c;
            } else if (at(p) == ']') {
              break;
            } else if (left == 0) {
              p--;
              break;
            } else if (left >= 3 && at(p + 1) == '-') {
              int start = Math.min(at(p), at(p + 2));
              int end = Math.max(at(p), at(p + 2));
              p += 2;
              match |= c >= start && c <= end;
            } else {
              match |= at(p) == c;
            }
            p++;
          }
          if (match == not) {
            return false;
          }
        }
        case '\\' -> {
          if (p + 1 < pattern.length()) {
            p++;
          }
          if (at(p) != c) {
            return false;
          }
        }
        default -> {
          if (at(p) != c) {
            return false;
          }
        }
      }
      s++;
      p++;
      if (s == string.length()) {
        while (at(p) == '*') {
          p++;
        }
        break;
      }
    }
    return p == pattern.length() && s == string.length();
  }

  /** Behind the end stands a NUL there, too. */
  private int at(int index) {
    return index < pattern.length() ? pattern.charAt(index) : 0;
  }
}
