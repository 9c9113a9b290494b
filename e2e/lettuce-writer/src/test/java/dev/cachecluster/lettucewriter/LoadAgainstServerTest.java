package dev.cachecluster.lettucewriter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lettuce.core.api.sync.RedisCommands;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of a load when its server stalls, restarts, forgets or refuses. */
@Timeout(120)
class LoadAgainstServerTest {
  private final TestServer server;
  private final CacheClient others;

  LoadAgainstServerTest(@TempDir Path scratch) throws IOException {
    this.server = new TestServer(scratch);
    this.others = new CacheClient(server.target());
  }

  @AfterEach
  void end() {
    others.close();
    server.close();
  }

  /** Somebody else's word to the server, behind the load's back. */
  private <T> T ask(Function<RedisCommands<String, String>, T> words) {
    try (var connection = others.connect()) {
      return words.apply(connection.sync());
    }
  }

  /** Until so many writes have reached the server. */
  private void awaitWrites(int number) {
    try (var connection = others.connect()) {
      await(number + " writes")
          .atMost(Duration.ofSeconds(20))
          .pollInterval(Duration.ofMillis(20))
          .until(() -> connection.sync().dbsize() >= number);
    }
  }

  /** Until the load goes on after a fault. */
  private void awaitMoreWrites() {
    awaitWrites(Math.toIntExact(ask(commands -> commands.dbsize())) + 100);
  }

  /**
   * The one place where time itself is the condition: the figures are compared with the length of
   * the fault.
   */
  private static void faultLasts(Duration length) throws InterruptedException {
    TimeUnit.MILLISECONDS.sleep(length.toMillis());
  }

  private long connectionsReceived() {
    String stats = ask(commands -> commands.info("stats"));
    return Long.parseLong(RoundTrip.infoField(stats, "total_connections_received"));
  }

  @Test
  void acknowledgesAndReadsBackOverTls() {
    Run run = Run.at(server, "--for", "2s", "--rate", "500", "--verify-after", "0s");
    run.assertCode().isZero();
    run.assertFigure("acked").isBetween(300L, 1000L).isEqualTo(run.figure("attempts"));
    run.assertFigure("failed").isZero();
    run.assertFigure("lost").isZero();
    run.assertFigure("unread").isZero();
    assertThat(run.result().get("p99_ms").asDouble()).isPositive();
    run.assertFigure("longest_gap_ms").isPositive();
    assertThat(run.progress())
        .contains("acknowledged keys back in 0s")
        .contains("on EpollSocketChannel, 0 tries were followed by another {}");
    assertThat(connectionsReceived()).as("writers, readers and this").isLessThanOrEqualTo(11);
  }

  @Test
  void halfOfTheWorkersReconnectIfAskedTo() {
    Run run = Run.at(server, "--for", "2s", "--verify-after", "0s", "--fresh-connections", "5");
    run.assertCode().isZero();
    assertThat(connectionsReceived()).as("without the option at most 11").isGreaterThan(15);
  }

  @Test
  void frozenServerIsAGapAndNoLoss() throws IOException, InterruptedException {
    Run run =
        Run.at(server, "--for", "20s", "--rate", "500", "--retries", "3", "--verify-after", "0s");
    awaitWrites(100);
    server.freeze();
    faultLasts(Duration.ofMillis(1500));
    server.thaw();
    awaitMoreWrites();
    run.stop();
    run.assertCode().isZero();
    run.assertFigure("longest_gap_ms").isBetween(1400L, 10_000L);
    assertThat(run.result().get("longest_gap_began_s").asDouble()).isPositive();
    run.assertFigure("failed").isZero();
    run.assertFigure("lost").isZero();
    assertThat(run.progress()).containsPattern("Command timed out after 1 second\\(s\\)=\\d");
  }

  /**
   * Nothing is tried again here but by Lettuce: writes wait for the new connection. A reset alone
   * is an error, for the one write that was under way on each.
   */
  @Test
  void writesWaitWhileTheServerRestarts() throws IOException, InterruptedException {
    Run run =
        Run.at(
            server,
            "--for",
            "20s",
            "--rate",
            "500",
            "--retries",
            "0",
            "--timeout",
            "5s",
            "--verify-after",
            "0s");
    awaitWrites(100);
    server.kill();
    faultLasts(Duration.ofMillis(700));
    server.start();
    awaitMoreWrites();
    run.stop();
    run.assertCode().isZero();
    run.assertFigure("longest_gap_ms").isBetween(650L, 10_000L);
    run.assertFigure("failed").isLessThanOrEqualTo(4);
    run.assertFigure("lost").isZero();
    run.assertFigure("unread").isZero();
  }

  @Test
  void keyThatWasDeletedBehindItsBackIsLost() {
    Run run = Run.at(server, "--for", "1s", "--rate", "200", "--verify-after", "1500ms");
    run.awaitProgress("acknowledged keys back in 1.5s");
    var _ = ask(commands -> commands.del("w:r:7"));
    run.assertCode().isEqualTo(1);
    run.assertFigure("lost").isEqualTo(1);
    assertThat(run.result().get("lost_keys").toString()).isEqualTo("[\"w:r:7\"]");
  }

  @Test
  void keyWithAnotherValueIsLost() {
    Run run = Run.at(server, "--for", "1s", "--rate", "200", "--verify-after", "1500ms");
    run.awaitProgress("acknowledged keys back in 1.5s");
    var _ = ask(commands -> commands.set("w:r:8", "7"));
    run.assertFigure("lost").isEqualTo(1);
  }

  @Test
  void whatCannotBeReadIsUnreadAndNotLost() {
    Run run =
        Run.at(
            server,
            "--for",
            "1s",
            "--rate",
            "200",
            "--verify-after",
            "1s",
            "--verify-within",
            "2s");
    run.awaitProgress("acknowledged keys back in 1s");
    server.kill();
    run.assertCode().isEqualTo(1);
    run.assertFigure("unread").isPositive().isEqualTo(run.figure("acked"));
    run.assertFigure("lost").isZero();
  }

  /** Lettuce keeps the connection and hands every such answer to the application. */
  @Test
  void replicaThatRefusesWritesIsToldToTheApplication() throws InterruptedException {
    Run run = Run.at(server, "--for", "20s", "--retries", "0", "--verify-after", "0s");
    awaitWrites(100);
    var _ = ask(commands -> commands.replicaof("127.0.0.1", 1));
    faultLasts(Duration.ofMillis(300));
    var _ = ask(commands -> commands.replicaofNoOne());
    assertRefused(run, "READONLY");
  }

  @Test
  void closedFenceIsToldToTheApplication() throws InterruptedException {
    Run run = Run.at(server, "--for", "20s", "--retries", "0", "--verify-after", "0s");
    awaitWrites(100);
    var _ = ask(commands -> commands.configSet("min-replicas-to-write", "1"));
    faultLasts(Duration.ofMillis(300));
    var _ = ask(commands -> commands.configSet("min-replicas-to-write", "0"));
    assertRefused(run, "NOREPLICAS");
  }

  private void assertRefused(Run run, String answer) {
    awaitMoreWrites();
    run.stop();
    run.assertCode().isZero();
    run.assertFigure("failed").isPositive();
    assertThat(run.result().get("errors").toString()).startsWith("{\"" + answer);
    run.assertFigure("longest_gap_ms").isBetween(290L, 10_000L);
    run.assertFigure("lost").isZero();
  }

  @Test
  void retriesOutlastAShortRefusal() throws InterruptedException {
    Run run =
        Run.at(
            server,
            "--for",
            "20s",
            "--retries",
            "40",
            "--retry-wait",
            "50ms",
            "--verify-after",
            "0s");
    awaitWrites(100);
    var _ = ask(commands -> commands.configSet("min-replicas-to-write", "1"));
    faultLasts(Duration.ofMillis(300));
    var _ = ask(commands -> commands.configSet("min-replicas-to-write", "0"));
    awaitMoreWrites();
    run.stop();
    run.assertCode().isZero();
    run.assertFigure("failed").isZero();
    assertThat(run.progress()).containsPattern("another \\{NOREPLICAS [^}]*=\\d+}");
  }

  @Test
  void unreachableCacheIsAFailureAndAGap() {
    server.close();
    Run run =
        Run.at(server, "--for", "300ms", "--rate", "50", "--verify-after", "0s", "--retries", "0");
    run.assertCode().isEqualTo(1);
    run.assertFigure("acked").isZero();
    run.assertFigure("failed").isPositive();
    run.assertFigure("longest_gap_ms").isGreaterThanOrEqualTo(300);
    assertThat(run.result().get("errors").toString()).contains("Connection refused");
  }

  @Test
  void stopEndsTheWritingAndStillReadsBack() {
    Run run = Run.at(server, "--for", "15m", "--rate", "300", "--verify-after", "0s");
    awaitWrites(100);
    run.stop();
    run.assertCode().isZero();
    run.assertFigure("acked").isPositive();
    assertThat(run.result().get("seconds").asDouble()).isLessThan(30);
  }
}
