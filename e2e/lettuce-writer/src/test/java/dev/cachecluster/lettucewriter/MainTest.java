package dev.cachecluster.lettucewriter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class MainTest {
  private final Path scratch;

  MainTest(@TempDir Path scratch) {
    this.scratch = scratch;
  }

  @ParameterizedTest
  @CsvSource({
    "'',--binding DIR",
    "--binding=/nowhere,no binding at /nowhere",
    "--nope,no option --nope"
  })
  void saysWhyItCouldNotBeTried(String argument, String message) {
    Run run = argument.isEmpty() ? Run.of() : Run.of(argument);
    run.assertCode().isEqualTo(2);
    assertThat(run.progress()).startsWith("writer: ").contains(message);
    assertThat(run.out()).isEmpty();
  }

  @Test
  void helps() {
    Run run = Run.of("--help");
    run.assertCode().isZero();
    assertThat(run.progress()).contains("Usage: lettuce-writer", "--verify-within DURATION");
  }

  /** As the kubelet ends it: the writing stops, all is read back, and the code is the result's. */
  @Test
  void sigtermEndsTheWritingAndGivesTheResult() throws IOException, InterruptedException {
    Path out = scratch.resolve("out");
    Path progress = scratch.resolve("progress");
    try (TestServer server = new TestServer(scratch)) {
      Process process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-XX:TieredStopAtLevel=1",
                  "--enable-native-access=ALL-UNNAMED",
                  "--sun-misc-unsafe-memory-access=allow",
                  "-cp",
                  System.getProperty("java.class.path"),
                  Main.class.getName(),
                  "--binding",
                  server.binding().toString(),
                  "--address",
                  "127.0.0.1:" + server.address().port(),
                  "--for",
                  "15m",
                  "--verify-after",
                  "100ms")
              .redirectOutput(out.toFile())
              .redirectError(progress.toFile())
              .start();
      try {
        await()
            .atMost(Duration.ofSeconds(30))
            .untilAsserted(() -> assertThat(progress).content().contains("acknowledged"));
        process.destroy();
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
      } finally {
        process.destroyForcibly();
      }
      assertThat(process.exitValue()).as(Files.readString(progress)).isZero();
      assertThat(out)
          .content()
          .startsWith("{\"run\":")
          .contains("\"lost\":0,\"unread\":0")
          .hasLineCount(1);
      assertThat(progress).content().doesNotContain("WARNING");
    }
  }
}
