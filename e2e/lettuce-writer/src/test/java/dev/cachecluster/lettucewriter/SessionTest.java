package dev.cachecluster.lettucewriter;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisCommandInterruptedException;
import io.lettuce.core.RedisCommandTimeoutException;
import io.lettuce.core.RedisConnectionException;
import io.lettuce.core.RedisReadOnlyException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SessionTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "READONLY You can't write against a read only replica.",
        "NOREPLICAS Not enough good replicas to write.",
        "MASTERDOWN Link with MASTER is down",
        "LOADING dataset in memory"
      })
  void triesAgainWhatPasses(String answer) {
    assertThat(Session.passes(new RedisCommandExecutionException(answer))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"NOPERM no", "OOM command not allowed", "ERR syntax", "WRONGPASS no"})
  void doesNotTryAgainWhatStays(String answer) {
    assertThat(Session.passes(new RedisCommandExecutionException(answer))).isFalse();
  }

  @Test
  void triesAgainWhenNothingWasAnswered() {
    assertThat(Session.passes(new RedisCommandTimeoutException())).isTrue();
    assertThat(Session.passes(new RedisConnectionException("no"))).isTrue();
    assertThat(Session.passes(new RedisReadOnlyException("READONLY"))).isTrue();
    assertThat(Session.passes(new RedisCommandInterruptedException(new InterruptedException())))
        .isFalse();
  }
}
