package dev.cachecluster.lettucewriter;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class PacerTest {
  private static final long START = 7_000_000_000L;

  /** Time that moves only when somebody waits for it. */
  private static final class Clock implements Pacer.Time {
    private long now = START;
    private boolean stopped;

    @Override
    public long nanos() {
      return now;
    }

    @Override
    public boolean endsWithin(long nanos) {
      now += nanos;
      return stopped;
    }

    void passes(long millis) {
      now += Duration.ofMillis(millis).toNanos();
    }

    double millis() {
      return (now - START) / 1e6;
    }
  }

  private final Clock clock = new Clock();

  private Pacer pacer(int rate, Duration length) {
    return new Pacer(clock, rate, length.toNanos());
  }

  /** The times at which the next numbers are handed out, in milliseconds. */
  private List<Double> times(Pacer pacer, int number) throws InterruptedException {
    List<Double> times = new ArrayList<>();
    for (int i = 0; i < number; i++) {
      assertThat(pacer.next()).isPresent();
      times.add(clock.millis());
    }
    return times;
  }

  @Test
  void keepsTheRateAndEnds() throws InterruptedException {
    Pacer pacer = pacer(1000, Duration.ofSeconds(1));
    long handedOut = 0;
    for (OptionalLong next = pacer.next(); next.isPresent(); next = pacer.next()) {
      assertThat(next.getAsLong()).isEqualTo(handedOut++);
    }
    assertThat(handedOut).isEqualTo(999);
    assertThat(clock.millis()).isEqualTo(1000);
    assertThat(pacer.next()).isEmpty();
  }

  @Test
  void catchesUpALittle() throws InterruptedException {
    Pacer pacer = pacer(100, Duration.ofSeconds(10));
    assertThat(times(pacer, 1)).containsExactly(10.0);
    clock.passes(35);
    assertThat(times(pacer, 4)).containsExactly(45.0, 45.0, 45.0, 50.0);
  }

  @Test
  void doesNotCatchUpAnOutage() throws InterruptedException {
    Pacer pacer = pacer(100, Duration.ofSeconds(10));
    assertThat(times(pacer, 1)).containsExactly(10.0);
    clock.passes(5000);
    assertThat(times(pacer, 3)).containsExactly(5010.0, 5020.0, 5030.0);
  }

  @Test
  void endsWhenStopped() throws InterruptedException {
    Pacer pacer = pacer(100, Duration.ofHours(1));
    assertThat(pacer.next()).hasValue(0);
    clock.stopped = true;
    assertThat(pacer.next()).isEmpty();
  }

  @Test
  void waitsNoLongerThanTheRun() throws InterruptedException {
    assertThat(pacer(1, Duration.ofMillis(300)).next()).isEmpty();
    assertThat(clock.millis()).isEqualTo(300);
  }
}
