package dev.cachecluster.operator.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HistoryTest {
  private static final String A = "a".repeat(40);
  private static final String B = "b".repeat(40);
  private static final String NONE = "0".repeat(40);

  @Test
  void theSameHistoryJoinsHoweverFarItCame() {
    assertThat(new History(A, 0, NONE, -1).joins(A, 100)).isTrue();
  }

  @Test
  void aMemberPromotedAtOrAfterTheRecordedPointJoins() {
    assertThat(new History(B, 200, A, 101).joins(A, 100)).isTrue();
    assertThat(new History(B, 200, A, 150).joins(A, 100)).isTrue();
  }

  @Test
  void aMemberThatLeftBeforeTheRecordedPointDoesNot() {
    assertThat(new History(B, 200, A, 100).joins(A, 100)).isFalse();
  }

  @Test
  void aStrangerDoesNotHoweverMuchItHas() {
    assertThat(new History(B, Long.MAX_VALUE, NONE, -1).joins(A, 0)).isFalse();
  }

  @Test
  void noHistoryIsNoLineage() {
    assertThat(new History(B, 5, NONE, -1).joins(NONE, -2)).isFalse();
    assertThat(new History(NONE, 5, NONE, -1).isPrefixOf(new History(NONE, 5, NONE, -1))).isFalse();
  }

  @Test
  void followingLosesNothingFromBehindOnTheSameHistoryOrUpToTheBranch() {
    History leader = new History(B, 200, A, 101);
    assertThat(new History(B, 200, A, 101).isPrefixOf(leader)).isTrue();
    assertThat(new History(B, 201, A, 101).isPrefixOf(leader)).isFalse();
    assertThat(new History(A, 100, NONE, -1).isPrefixOf(leader)).isTrue();
    assertThat(new History(A, 101, NONE, -1).isPrefixOf(leader)).isFalse();
  }
}
