package dev.cachecluster.api.v1alpha1;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A glob pattern, read as the servers read it ({@code stringmatchlen} in their {@code util.c}), odd
 * forms included: a class that is not closed ends with the pattern, {@code []} matches nothing,
 * {@code [^]} anything, the ends of a range may be swapped. Servers match the empty string with no
 * pattern of stars; here they do, since "*" in an access list is every key.
 */
final class Glob {
  private static final int BYTES = 256;

  /** What a part of a pattern matches. */
  sealed interface Token {}

  /** Any bytes, or none. Never follows another one. */
  record Star() implements Token {}

  /** One byte of a set. */
  record One(BitSet bytes) implements Token {
    boolean meets(One other) {
      return bytes.intersects(other.bytes);
    }
  }

  private static final Star STAR = new Star();
  private static final One ANY = new One(range(0, BYTES - 1));
  private static final List<One> ITSELF =
      IntStream.range(0, BYTES).mapToObj(b -> new One(range(b, b))).toList();

  private final String pattern;
  private final String beginning;
  private final List<Token> tokens;

  Glob(String pattern) {
    this.pattern = pattern;
    tokens = List.copyOf(new Reader(pattern.getBytes(StandardCharsets.UTF_8)).read());
    int literal = 0;
    while (literal < pattern.length() && "*?[\\".indexOf(pattern.charAt(literal)) < 0) {
      literal++;
    }
    beginning = pattern.substring(0, literal);
  }

  String pattern() {
    return pattern;
  }

  /** The characters before the first that is none of itself; every match begins with them. */
  String beginning() {
    return beginning;
  }

  List<Token> tokens() {
    return tokens;
  }

  private static BitSet range(int from, int to) {
    var bytes = new BitSet(BYTES);
    bytes.set(Math.min(from, to), Math.max(from, to) + 1);
    return bytes;
  }

  /** Reads a pattern into tokens. */
  private static final class Reader {
    private final byte[] text;
    private int at;

    Reader(byte[] text) {
      this.text = text;
    }

    List<Token> read() {
      var tokens = new ArrayList<Token>();
      while (at < text.length) {
        switch (text[at]) {
          case '*' -> {
            at++;
            if (tokens.isEmpty() || !(tokens.getLast() instanceof Star)) {
              tokens.add(STAR);
            }
          }
          case '?' -> {
            at++;
            tokens.add(ANY);
          }
          case '[' -> {
            at++;
            tokens.add(new One(oneOf()));
          }
          default -> tokens.add(ITSELF.get(literal()));
        }
      }
      return tokens;
    }

    private BitSet oneOf() {
      boolean not = at < text.length && text[at] == '^';
      if (not) {
        at++;
      }
      var bytes = new BitSet(BYTES);
      while (at < text.length && text[at] != ']') {
        if (text[at] != '\\' && at + 2 < text.length && text[at + 1] == '-') {
          bytes.or(range(text[at] & 0xff, text[at + 2] & 0xff));
          at += 3;
        } else {
          bytes.set(literal());
        }
      }
      at++;
      if (not) {
        bytes.flip(0, BYTES);
      }
      return bytes;
    }

    /**
     * A byte that stands for itself; so does one behind a backslash, and a backslash at the end.
     */
    private int literal() {
      if (text[at] == '\\' && at + 1 < text.length) {
        at++;
      }
      return text[at++] & 0xff;
    }
  }
}
