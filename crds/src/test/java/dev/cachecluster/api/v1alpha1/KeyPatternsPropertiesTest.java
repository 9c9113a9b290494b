package dev.cachecluster.api.v1alpha1;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachecluster.api.v1alpha1.Glob.One;
import dev.cachecluster.api.v1alpha1.Glob.Star;
import dev.cachecluster.api.v1alpha1.Glob.Token;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.statistics.Statistics;
import net.jqwik.api.statistics.StatisticsCollector;
import net.jqwik.api.statistics.StatisticsReport;
import net.jqwik.api.statistics.StatisticsReport.StatisticsReportMode;

/** {@link KeyPatterns} against trying every string there is, on a small alphabet. */
class KeyPatternsPropertiesTest {
  /** The letters of the patterns, and one more for what only '?', '*' and "not" match. */
  private static final List<String> LETTERS = List.of("a", "b", "z");

  /** A shortest common string is no longer than both patterns without their stars. */
  private static final int LONGEST = 8;

  private static final double LEAST_PERCENT = 5;

  /** More than two words of 64 bits. */
  private static final int LONG = 150;

  private static final List<String> STRINGS = allStrings();

  @Property(tries = 1000)
  @StatisticsReport(StatisticsReportMode.OFF)
  void overlapIsACommonString(
      @ForAll("shortPatterns") String one, @ForAll("shortPatterns") String other) {
    Optional<String> common =
        STRINGS.stream()
            .filter(s -> ServerMatch.matches(one, s) && ServerMatch.matches(other, s))
            .findFirst();
    both("overlap", common.isPresent());
    assertThat(KeyPatterns.overlap(one, other))
        .as("%s and %s: %s", one, other, common)
        .isEqualTo(common.isPresent());
  }

  /** What decides quickly decides as what decides always. */
  @Property(tries = 5000)
  @StatisticsReport(StatisticsReportMode.OFF)
  void shortcutsSayTheSame(@ForAll("patterns") String one, @ForAll("patterns") String other) {
    var glob = new Glob(one);
    var second = new Glob(other);
    boolean overlap = GlobOverlap.exists(glob, second);
    both("overlap", overlap);
    assertThat(GlobOverlap.isProven(glob, second)).isEqualTo(overlap);
    assertThat(GlobOverlap.isProven(second, glob)).isEqualTo(overlap);
    assertThat(GlobOverlap.exists(second, glob)).isEqualTo(overlap);
  }

  /** No pattern misses a string that it matches: the other pattern is that string itself. */
  @Property(tries = 5000)
  @StatisticsReport(StatisticsReportMode.OFF)
  void patternOverlapsEachStringThatItMatches(
      @ForAll("patterns") String pattern, @ForAll("strings") String string) {
    boolean matches = ServerMatch.matches(pattern, string);
    both("match", matches);
    assertThat(KeyPatterns.overlap(pattern, string)).isEqualTo(matches);
  }

  /** Two patterns of one string overlap, however they were made of it. */
  @Property(tries = 2000)
  void patternsOfOneStringOverlap(
      @ForAll("longStrings") String string,
      @ForAll("choices") List<Integer> one,
      @ForAll("choices") List<Integer> other) {
    String pattern = patternOf(string, one);
    String second = patternOf(string, other);
    assertThat(KeyPatterns.overlap(pattern, second)).as("%s and %s", pattern, second).isTrue();
  }

  /** The words of bits, and what is carried between them, against a table with a field for each. */
  @Property(tries = 1000, edgeCases = EdgeCasesMode.NONE)
  @StatisticsReport(StatisticsReportMode.OFF)
  void longPatternsAreDecidedAsByATable(
      @ForAll("longStrings") String string,
      @ForAll("longStrings") String otherString,
      @ForAll @IntRange(max = LONG) int common,
      @ForAll("choices") List<Integer> one,
      @ForAll("choices") List<Integer> other) {
    int kept = Math.min(common, string.length());
    int from = Math.min(kept, otherString.length());
    // Alike for a while, so that the difference stands anywhere.
    String second = string.substring(0, kept) + otherString.substring(from);
    var glob = new Glob(patternOf(string, one));
    var secondGlob = new Glob(patternOf(second, other));
    boolean overlap = table(glob.tokens(), secondGlob.tokens());
    both("overlap", overlap);
    assertThat(GlobOverlap.isProven(glob, secondGlob)).isEqualTo(overlap);
    assertThat(GlobOverlap.exists(glob, secondGlob)).isEqualTo(overlap);
  }

  /** Field i, j: is some string matched by the first i tokens of the one and j of the other? */
  private static boolean table(List<Token> ones, List<Token> others) {
    var reached = new boolean[ones.size() + 1][others.size() + 1];
    reached[0][0] = true;
    for (int i = 0; i <= ones.size(); i++) {
      for (int j = 0; j <= others.size(); j++) {
        boolean up = i > 0 && reached[i - 1][j];
        boolean left = j > 0 && reached[i][j - 1];
        boolean star = i > 0 && ones.get(i - 1) instanceof Star;
        boolean otherStar = j > 0 && others.get(j - 1) instanceof Star;
        reached[i][j] |= (star || otherStar) && (up || left);
        if (i > 0
            && j > 0
            && ones.get(i - 1) instanceof One one
            && others.get(j - 1) instanceof One other) {
          reached[i][j] = reached[i - 1][j - 1] && one.meets(other);
        }
      }
    }
    return reached[ones.size()][others.size()];
  }

  private static String patternOf(String string, List<Integer> choices) {
    var pattern = new StringBuilder();
    for (int i = 0; i < string.length(); i++) {
      char c = string.charAt(i);
      pattern.append(
          switch (choices.get(i)) {
            case 0 -> "*";
            case 1 -> "?";
            case 2 -> "[^-]";
            case 3 -> "[a-z]";
            case 4 -> c + "*";
            default -> String.valueOf(c);
          });
    }
    return pattern.toString();
  }

  @Provide
  Arbitrary<List<Integer>> choices() {
    return Arbitraries.integers().between(0, 40).list().ofSize(LONG);
  }

  /** A property that sees one answer only would prove little. */
  private static void both(String what, boolean answer) {
    StatisticsCollector seen = Statistics.label(what);
    seen.collect(answer);
    seen.coverage(
        coverage -> {
          coverage.check(true).percentage(percent -> percent > LEAST_PERCENT);
          coverage.check(false).percentage(percent -> percent > LEAST_PERCENT);
        });
  }

  /** No longer than four letters or classes each, and as many stars as fit between. */
  @Provide
  Arbitrary<String> shortPatterns() {
    Arbitrary<String> star = Arbitraries.of("", "", "", "*", "**");
    Arbitrary<String> part = Combinators.combine(star, parts()).as((before, one) -> before + one);
    return Combinators.combine(part.list().ofMaxSize(4).map(list -> String.join("", list)), star)
        .as((head, end) -> head + end)
        .filter(pattern -> !pattern.isEmpty());
  }

  @Provide
  Arbitrary<String> patterns() {
    Arbitrary<String> odd =
        Arbitraries.of("[a", "[a-", "[a-a-]", "[^", "\\", "[", "]", "[]", "[^]", "\\a", "[\\a]");
    return Arbitraries.frequencyOf(
            Tuple.of(8, parts()), Tuple.of(4, Arbitraries.of("*")), Tuple.of(1, odd))
        .list()
        .ofMinSize(1)
        .ofMaxSize(8)
        .map(list -> String.join("", list));
  }

  /** Each matches one letter, or none. */
  private static Arbitrary<String> parts() {
    return Arbitraries.of(
        "a", "a", "b", "b", "?", "[ab]", "[b-a]", "[^a]", "[^]", "[]", "[^ab]", "[a-a]", "\\a",
        "[\\a]");
  }

  @Provide
  Arbitrary<String> strings() {
    return Arbitraries.of(LETTERS)
        .list()
        .ofMinSize(1)
        .ofMaxSize(4)
        .map(letters -> String.join("", letters));
  }

  @Provide
  Arbitrary<String> longStrings() {
    return Arbitraries.of(LETTERS).list().ofMaxSize(LONG).map(letters -> String.join("", letters));
  }

  private static List<String> allStrings() {
    List<String> all = new ArrayList<>();
    List<String> longest = List.of("");
    for (int length = 1; length <= LONGEST; length++) {
      List<String> longer = new ArrayList<>();
      for (String string : longest) {
        for (String letter : LETTERS) {
          longer.add(string + letter);
        }
      }
      all.addAll(longer);
      longest = longer;
    }
    return all;
  }
}
