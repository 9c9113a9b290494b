package dev.cachecluster.lettucewriter;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.RedisConnectionException;
import java.io.IOException;
import java.net.ConnectException;
import org.junit.jupiter.api.Test;

class ErrorCountsTest {
  private final ErrorCounts counts = new ErrorCounts();

  @Test
  void leavesAddressesOut() {
    counts.add(new IOException("read 10.1.2.3:41000->10.1.2.4:6379: reset"));
    counts.add(new IOException("read 10.1.2.3:41001->[fd00::1]:6379: reset"));
    assertThat(counts.byText()).containsOnlyKeys("read <address>-><address>: reset");
    assertThat(counts.total()).isEqualTo(2);
  }

  @Test
  void saysWhatTheRootSays() {
    counts.add(
        new RedisConnectionException(
            "Unable to connect", new IOException("outer", new ConnectException("refused"))));
    counts.add(
        new RedisConnectionException("Unable to connect: refused", new IOException("refused")));
    counts.add(new IOException((String) null));
    assertThat(counts.byText()).containsOnlyKeys("Unable to connect: refused", "IOException");
  }

  @Test
  void isBounded() {
    for (int kind = 0; kind < 100; kind++) {
      counts.add(new IOException("kind " + kind));
    }
    assertThat(counts.byText()).hasSize(21).containsEntry("others", 80L);
    counts.add(new IOException("kind 3"));
    assertThat(counts.byText()).containsEntry("kind 3", 2L);
  }
}
