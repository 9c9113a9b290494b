package dev.cachecluster.operator.controller;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class RecentlyTest {
  private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");

  private final Recently recently = new Recently();

  @Test
  void theSameIsToldOnceInAMinute() {
    assertThat(recently.isNews("it", NOW)).isTrue();
    assertThat(recently.isNews("it", NOW.plusMillis(500))).isFalse();
    assertThat(recently.isNews("it", NOW.plusSeconds(59))).isFalse();
    assertThat(recently.isNews("it", NOW.plusSeconds(60))).isTrue();
  }

  @Test
  void anythingElseIsNews() {
    assertThat(recently.isNews("it", NOW)).isTrue();
    assertThat(recently.isNews("something else", NOW)).isTrue();
  }

  @Test
  void aClockThatWasSetBackSilencesNobody() {
    assertThat(recently.isNews("it", NOW)).isTrue();
    assertThat(recently.isNews("it", NOW.minusSeconds(3600))).isTrue();
  }
}
