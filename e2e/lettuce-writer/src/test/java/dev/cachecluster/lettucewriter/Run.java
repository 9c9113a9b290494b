package dev.cachecluster.lettucewriter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.assertj.core.api.AbstractIntegerAssert;
import org.assertj.core.api.AbstractLongAssert;

/** A run of the program as its user starts it, in this JVM. */
final class Run {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream progress = new ByteArrayOutputStream();
  private final Stop stop = new Stop();
  private final FutureTask<Integer> code;

  private Run(List<String> arguments) {
    this.code =
        new FutureTask<>(
            () ->
                Main.run(
                    arguments,
                    new PrintStream(out, true, UTF_8),
                    new PrintStream(progress, true, UTF_8),
                    stop));
    Thread.ofPlatform().name("run").daemon().start(code);
  }

  static Run of(String... arguments) {
    return new Run(List.of(arguments));
  }

  /** Against a server on loopback, whose name no DNS knows. */
  static Run at(TestServer server, String... more) {
    return at(server, server.binding(), more);
  }

  static Run at(TestServer server, Path binding, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--binding",
                binding.toString(),
                "--address",
                server.address().host() + ":" + server.address().port(),
                "--run",
                "r"));
    arguments.addAll(List.of(more));
    return new Run(arguments);
  }

  void stop() {
    stop.now();
  }

  Run awaitProgress(String words) {
    await(words)
        .atMost(Duration.ofSeconds(20))
        .pollInterval(Duration.ofMillis(5))
        .untilAsserted(() -> assertThat(progress()).contains(words));
    return this;
  }

  int code() {
    try {
      return code.get(60, TimeUnit.SECONDS);
    } catch (ExecutionException | InterruptedException | TimeoutException e) {
      throw new AssertionError("the run did not end by itself: " + progress(), e);
    }
  }

  String progress() {
    return progress.toString(UTF_8);
  }

  String out() {
    return out.toString(UTF_8);
  }

  /** The result line, once the run has ended. */
  JsonNode result() {
    code();
    assertThat(out().lines()).as(progress()).hasSize(1);
    try {
      return new JsonMapper().readTree(out());
    } catch (IOException e) {
      throw new AssertionError("not a line of JSON: " + out(), e);
    }
  }

  long figure(String field) {
    return result().get(field).asLong();
  }

  /** The same to be judged, with all that was said beside it. */
  AbstractLongAssert<?> assertFigure(String field) {
    return assertThat(figure(field)).as("%s of %s%s", field, out(), progress());
  }

  AbstractIntegerAssert<?> assertCode() {
    int ended = code();
    return assertThat(ended).as("exit code, %s%s", out(), progress());
  }
}
