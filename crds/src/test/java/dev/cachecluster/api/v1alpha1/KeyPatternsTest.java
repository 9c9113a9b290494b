package dev.cachecluster.api.v1alpha1;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachecluster.api.v1alpha1.KeyPatterns.Overlap;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeyPatternsTest {

  @ParameterizedTest
  @CsvSource({
    "a, a",
    "*, a",
    "*, *",
    "shop:*, shop:cart:*",
    "shop:*, shop:",
    "shop*, shop:*",
    "shop:*, s*",
    "a*b, ab",
    "a*b*c, a??c",
    "a*, a?",
    "a*b, ac*cb",
    "a[0-9], a5",
    "a[9-0], a5",
    "a[^0-9], ab",
    "a[^], ab",
    "a[bc, ac",
    "a[b-], ab",
    "a[b-d, ac",
    "a\\*, a*",
    "a\\, a\\",
    "a?*z, a*?z",
    "user:[0-9]*:cart, user:7:*",
    "ab]^-, ab]^-",
  })
  void matchACommonString(String one, String other) {
    assertThat(KeyPatterns.overlap(one, other)).isTrue();
    assertThat(KeyPatterns.overlap(other, one)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "a, b",
    "a, aa",
    "shop:*, shops:*",
    "shop:*, pay:*",
    "shop:?, shop:",
    "a*b, a*c",
    "a*b, a",
    "a*ab, a?",
    "ab*ba, aba",
    "a[0-9], ax",
    "a[0-4], a[5-9]",
    "a[0-4]*, a[5-9]*",
    "a[, a[",
    "a[]b, a[]b",
    "a\\*, ab",
    "a[\\-a], a_",
    "a??*, a?",
    "user:*:cart, user:7:carts",
  })
  void matchNoCommonString(String one, String other) {
    assertThat(KeyPatterns.overlap(one, other)).isFalse();
    assertThat(KeyPatterns.overlap(other, one)).isFalse();
  }

  /** Positions are bits of words, so each place of a star is a case of its own. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 62, 63, 64, 65, 126, 127, 128, 250})
  void starTakesNothingOrMuchWhereverItStands(int place) {
    String before = "a".repeat(place);
    for (String end : List.of("b", "xb", "x".repeat(100) + "b")) {
      assertThat(KeyPatterns.overlap(before + "*b", before + end)).isTrue();
      assertThat(KeyPatterns.overlap(before + end, before + "*b")).isTrue();
      assertThat(KeyPatterns.overlap(before + "*c", before + end)).isFalse();
      assertThat(KeyPatterns.overlap(before + end, before + "*c")).isFalse();
    }
  }

  @Test
  void theFirstOverlapInAlphabeticalOrderIsTold() {
    KeyPatterns mine = KeyPatterns.of(List.of("z:*", "cart:*", "b:[0-9]"));
    assertThat(mine.overlap(KeyPatterns.of(List.of("z:1", "a:*", "cart:?:items"))))
        .contains(new Overlap("cart:*", "cart:?:items"));
    assertThat(mine.overlap(KeyPatterns.of(List.of("a:*", "b:x")))).isEmpty();
    assertThat(mine.overlap(KeyPatterns.of(List.of()))).isEmpty();
  }

  /** An object may be older than the rules, and one odd object must not stop all others. */
  @Test
  void whatNoServerTakesStopsNothing() {
    KeyPatterns odd = KeyPatterns.of(Arrays.asList(null, "", "\u00e4*", "\n", "\ud800", "[", "\\"));
    assertThat(odd.overlap(odd)).isPresent();
    assertThat(odd.overlap(KeyPatterns.of(List.of("shop:*")))).isEmpty();
  }
}
