package dev.cachecluster.lettucewriter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachecluster.lettucewriter.Tally.Counts;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class TallyTest {
  /** Near the end of its range, as nanoTime may be. */
  private static final long START = Long.MAX_VALUE - 1000;

  private static long at(long millis) {
    return START + TimeUnit.MILLISECONDS.toNanos(millis);
  }

  static Stream<Arguments> gaps() {
    return Stream.of(
        Arguments.of(List.of(10, 20, 500, 510), 515, 480, 20),
        Arguments.of(List.of(300, 310), 315, 300, 0), // nothing at first
        Arguments.of(List.of(10, 20), 900, 880, 20), // never came back
        Arguments.of(List.of(10, 200, 15, 212), 213, 190, 10), // out of order by two workers
        Arguments.of(List.of(), 700, 700, 0));
  }

  @ParameterizedTest
  @MethodSource("gaps")
  void gapsCountFromStartToEnd(List<Integer> acks, int end, long longest, long from) {
    Tally tally = new Tally(START);
    for (int i = 0; i < acks.size(); i++) {
      tally.acknowledged(i, at(acks.get(i) - 1), at(acks.get(i)));
    }
    tally.finish(at(end));
    assertThat(tally.counts().longestGapMillis()).isEqualTo(longest);
    assertThat(tally.counts().longestGapFromStart()).isEqualTo(at(from) - START);
  }

  @Test
  void failedWritesAreNotAcknowledged() {
    Tally tally = new Tally(START);
    tally.acknowledged(7, at(1), at(2));
    tally.failed(new IOException("no"));
    tally.retried(new IOException("not yet"));
    Counts counts = tally.counts();
    assertThat(counts.attempts()).isEqualTo(2);
    assertThat(counts.acked()).isEqualTo(1);
    assertThat(counts.failed()).isEqualTo(1);
    assertThat(counts.failures()).containsOnlyKeys("no");
    assertThat(counts.retried()).isEqualTo(1);
    assertThat(counts.retries()).containsOnlyKeys("not yet");
    assertThat(tally.acked()).containsExactly(7);
  }

  @Test
  void remembersMoreThanItHadRoomForAtFirst() {
    Tally tally = new Tally(START);
    for (int number = 0; number < 10_000; number++) {
      tally.acknowledged(number, at(number), at(number));
    }
    assertThat(tally.acked()).hasSize(10_000).endsWith(9_999);
  }

  @Test
  void tellsHowLongWritesTook() {
    Tally tally = new Tally(START);
    for (int number = 0; number < 100; number++) {
      tally.acknowledged(number, at(0), at(number < 95 ? 2 : 40));
    }
    assertThat(tally.counts().p50Micros()).isBetween(1_920L, 2_000L);
    assertThat(tally.counts().p99Micros()).isBetween(38_400L, 40_000L);
  }
}
