package dev.cachecluster.lettucewriter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GoDurationTest {
  @ParameterizedTest
  @CsvSource({
    "20ms,20",
    "1s,1000",
    "1.5s,1500",
    ".5s,500",
    "15m,900000",
    "1h2m3s,3723000",
    "0,0",
    "0s,0"
  })
  void readsWhatGoReads(String text, long millis) {
    assertThat(GoDuration.parse("for", text)).isEqualTo(Duration.ofMillis(millis));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "20", "ms", "1d", "-1s", "1s ", "1s2", "1.2.3s", "99999999999h"})
  void refusesTheRestAndNamesTheOption(String text) {
    assertThatThrownBy(() -> GoDuration.parse("for", text))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("--for \"" + text + "\"");
  }

  @ParameterizedTest
  @CsvSource({"0,0s", "20,20ms", "1500,1.5s", "2000,2s", "60000,1m0s", "3723000,1h2m3s"})
  void printsAsGoPrints(long millis, String text) {
    assertThat(GoDuration.text(Duration.ofMillis(millis))).isEqualTo(text);
  }

  @Test
  void printsPartsOfAMillisecond() {
    assertThat(GoDuration.text(Duration.ofNanos(1_500_000))).isEqualTo("1.5ms");
  }
}
