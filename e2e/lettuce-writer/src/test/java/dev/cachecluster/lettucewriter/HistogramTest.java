package dev.cachecluster.lettucewriter;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HistogramTest {
  @Test
  void hasNoQuantileWithoutData() {
    assertThat(new Histogram().quantile(0.5)).isZero();
  }

  @ParameterizedTest
  @CsvSource({"0.001,1", "0.5,500", "0.99,990", "1,1000"})
  void isExactToThreePercent(double share, long wantedMillis) {
    Histogram histogram = new Histogram();
    for (int ms = 1; ms <= 1000; ms++) {
      histogram.add(TimeUnit.MILLISECONDS.toNanos(ms));
    }
    assertThat(histogram.quantile(share) / 1000.0)
        .isBetween(wantedMillis * 0.96, wantedMillis * 1.01);
  }

  @ParameterizedTest
  @ValueSource(strings = {"PT0S", "PT-1S", "PT0.000001S", "PT0.000033S", "PT1S", "PT100H"})
  void everyDurationHasItsBucket(String text) {
    long nanos = Duration.parse(text).toNanos();
    double micros = Math.max(nanos / 1000.0, 0);
    assertThat((double) Histogram.startOf(Histogram.bucketOf(nanos)))
        .isBetween(micros * 0.96, micros);
  }
}
