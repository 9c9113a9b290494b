package dev.cachecluster.api.v1alpha1;

import dev.cachecluster.api.v1alpha1.Glob.One;
import dev.cachecluster.api.v1alpha1.Glob.Star;
import dev.cachecluster.api.v1alpha1.Glob.Token;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Decides whether two globs match a common string. Any tenant may write patterns, up to 64 times
 * 256 characters in each of its users, so the worst case must stay cheap, too.
 */
final class GlobOverlap {
  private final List<Token> ones;
  private final List<Token> others;

  private GlobOverlap(Glob one, Glob other) {
    ones = one.tokens();
    others = other.tokens();
  }

  static boolean exists(Glob one, Glob other) {
    int both = Math.min(one.beginning().length(), other.beginning().length());
    // Decides nearly every comparison of the patterns of two applications.
    if (!one.beginning().regionMatches(0, other.beginning(), 0, both)) {
      return false;
    }
    var overlap = new GlobOverlap(one, other);
    return (starred(one) && starred(other)) ? overlap.endsMeet() : overlap.isProven();
  }

  /** Without the shortcuts. */
  static boolean isProven(Glob one, Glob other) {
    return new GlobOverlap(one, other).isProven();
  }

  private static boolean starred(Glob glob) {
    return glob.tokens().stream().anyMatch(Star.class::isInstance);
  }

  /**
   * Enough where both have a star. With beginnings that meet as far as both are without one, and
   * ends likewise, a common string is: the longer beginning, then all that stands between the stars
   * of the one, then all that stands between those of the other, then the longer end. Each star has
   * what it must take next to it.
   */
  private boolean endsMeet() {
    return allCanMatch()
        && beginningsMeet(ones, others)
        && beginningsMeet(ones.reversed(), others.reversed());
  }

  /** A class without a byte, and with it the whole pattern, matches nothing. */
  private boolean allCanMatch() {
    return canMatch(ones) && canMatch(others);
  }

  private static boolean canMatch(List<Token> tokens) {
    return tokens.stream().noneMatch(t -> t instanceof One(var bytes) && bytes.isEmpty());
  }

  private static boolean beginningsMeet(List<Token> ones, List<Token> others) {
    for (int i = 0; i < Math.min(ones.size(), others.size()); i++) {
      if (!(ones.get(i) instanceof One one) || !(others.get(i) instanceof One other)) {
        return true;
      }
      if (!one.meets(other)) {
        return false;
      }
    }
    return true;
  }

  /**
   * Enough always. After the round of a token, bit j of {@code reached} says whether some string is
   * matched by all tokens up to that one and by the first j of the other pattern. All j are done at
   * once, 64 in a word.
   */
  private boolean isProven() {
    if (!allCanMatch()) {
      return false;
    }
    Map<Token, long[]> places = places();
    long[] stars = places.getOrDefault(new Star(), noPlaces());
    Map<One, long[]> meeting = new HashMap<>();
    long[] reached = noPlaces();
    reached[0] = 1;
    passStars(reached, stars);
    for (Token token : ones) {
      switch (token) {
        case Star _ -> takeAnything(reached);
        case One one -> {
          takeOne(reached, stars, meeting.computeIfAbsent(one, t -> meeting(t, places)));
          passStars(reached, stars);
        }
      }
    }
    int end = others.size();
    return (reached[end / Long.SIZE] & (1L << (end % Long.SIZE))) != 0;
  }

  /** The other's star takes the byte and stays; or the other's token takes it, and is done. */
  private static void takeOne(long[] reached, long[] stars, long[] meeting) {
    long carry = 0;
    for (int word = 0; word < reached.length; word++) {
      long taken = reached[word] & meeting[word];
      reached[word] = (reached[word] & stars[word]) | (taken << 1) | carry;
      carry = taken >>> (Long.SIZE - 1);
    }
  }

  /** The other's star takes nothing. One step is enough, as no star follows a star. */
  private static void passStars(long[] reached, long[] stars) {
    long carry = 0;
    for (int word = 0; word < reached.length; word++) {
      long passed = reached[word] & stars[word];
      reached[word] |= (passed << 1) | carry;
      carry = passed >>> (Long.SIZE - 1);
    }
  }

  /** Our star takes what the other's next tokens match, however many. */
  private static void takeAnything(long[] reached) {
    boolean begun = false;
    for (int word = 0; word < reached.length; word++) {
      reached[word] = begun ? -1 : -Long.lowestOneBit(reached[word]);
      begun |= reached[word] != 0;
    }
  }

  /** Where in the other pattern each of its different tokens stands. */
  private Map<Token, long[]> places() {
    Map<Token, long[]> places = new HashMap<>();
    for (int i = 0; i < others.size(); i++) {
      places.computeIfAbsent(others.get(i), _ -> noPlaces())[i / Long.SIZE] |=
          1L << (i % Long.SIZE);
    }
    return places;
  }

  /** Where in the other pattern a byte of this token could be taken. */
  private long[] meeting(One token, Map<Token, long[]> places) {
    long[] meeting = noPlaces();
    places.forEach(
        (other, at) -> {
          if (other instanceof One one && token.meets(one)) {
            for (int word = 0; word < meeting.length; word++) {
              meeting[word] |= at[word];
            }
          }
        });
    return meeting;
  }

  /** One bit more than tokens, for what is behind the last one. */
  private long[] noPlaces() {
    return new long[others.size() / Long.SIZE + 1];
  }
}
