package dev.cachecluster.operator.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cachecluster.operator.probe.NetworkProbe.Patience;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The probe's program, with real sockets. */
@Timeout(60)
class NetworkProbeTest {
  private static final String HOST = InetAddress.getLoopbackAddress().getHostAddress();
  private static final Patience SHORT =
      new Patience(
          Duration.ofMillis(300),
          Duration.ofSeconds(2),
          Duration.ofSeconds(2),
          Duration.ofMillis(20));

  private static ServerSocket listen(int port) throws IOException {
    var socket = new ServerSocket();
    socket.setReuseAddress(true);
    // Nobody takes these connections, and more come than a small queue holds.
    socket.bind(new InetSocketAddress(HOST, port), 2000);
    return socket;
  }

  /** A port at which nobody listens. */
  private static int silentPort() throws IOException {
    try (var socket = listen(0)) {
      return socket.getLocalPort();
    }
  }

  private static Finding only(Target target, Patience patience) {
    return new NetworkProbe(List.of(target), patience).run().getFirst();
  }

  @Test
  void whatListensIsReachedWhetherItMayOrNot() throws IOException {
    try (var server = listen(0)) {
      int port = server.getLocalPort();
      assertThat(
              new NetworkProbe(
                      List.of(
                          new Target(true, "a member", HOST, port),
                          new Target(false, "the API server", HOST, port)),
                      SHORT)
                  .run())
          .containsExactly(
              new Finding(true, "a member", true, ""),
              new Finding(false, "the API server", true, ""));
    }
  }

  @Test
  void whatRefusesIsNotReached() throws IOException {
    assertThat(only(new Target(false, "a member", HOST, silentPort()), SHORT))
        .isEqualTo(new Finding(false, "a member", false, "refused"));
    assertThat(only(new Target(true, "a member", HOST, silentPort()), SHORT))
        .isEqualTo(new Finding(true, "a member", false, "refused"));
  }

  /**
   * As behind a network plugin that drops: the queue of connections is full, and nobody takes any.
   */
  @Test
  void whatGivesNoAnswerIsNotReached() throws IOException {
    try (var server = new ServerSocket(0, 1, InetAddress.getByName(HOST))) {
      var address = new InetSocketAddress(HOST, server.getLocalPort());
      var held = new java.util.ArrayList<java.nio.channels.SocketChannel>();
      for (int i = 0; i < 4; i++) {
        var channel = java.nio.channels.SocketChannel.open();
        channel.configureBlocking(false);
        channel.connect(address);
        held.add(channel);
      }
      assertThat(only(new Target(false, "a member", HOST, server.getLocalPort()), SHORT))
          .isEqualTo(new Finding(false, "a member", false, "no answer"));
      for (var channel : held) {
        channel.close();
      }
    }
  }

  @Test
  void aNameThatNobodyKnowsIsNotReached() {
    assertThat(only(new Target(false, "nobody", "placeholder.invalid", 6379), SHORT).reached())
        .isFalse();
  }

  /** Some networks let a new pod out a moment after it began. */
  @Test
  void aNetworkMayBeLateToOpen() throws IOException {
    int port = silentPort();
    var opened = later(() -> listen(port));
    try {
      assertThat(only(new Target(true, "a member", HOST, port), SHORT).reached()).isTrue();
    } finally {
      opened.join().close();
    }
  }

  /** Others keep it in a moment after it began. */
  @Test
  void aNetworkMayBeLateToClose() throws IOException {
    var server = listen(0);
    int port = server.getLocalPort();
    var closed =
        later(
            () -> {
              server.close();
              return server;
            });
    assertThat(only(new Target(false, "a member", HOST, port), SHORT).reached()).isFalse();
    closed.join();
  }

  /** A pod that loses its network while it is kept out has shown nothing. */
  @Test
  void whatMayBeReachedIsTriedAgainAtTheEnd() throws IOException {
    var server = listen(0);
    int open = server.getLocalPort();
    try (var kept = listen(0)) {
      var closed =
          later(
              () -> {
                server.close();
                return server;
              });
      var findings =
          new NetworkProbe(
                  List.of(
                      new Target(true, "a member", HOST, open),
                      new Target(false, "the API server", HOST, kept.getLocalPort())),
                  SHORT)
              .run();
      closed.join();
      assertThat(findings.getFirst()).isEqualTo(new Finding(true, "a member", false, "refused"));
    }
  }

  private static CompletableFuture<ServerSocket> later(
      java.util.concurrent.Callable<ServerSocket> deed) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return deed.call();
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
        },
        CompletableFuture.delayedExecutor(500, TimeUnit.MILLISECONDS));
  }

  @Test
  void theVerdictStandsInTheFile(@TempDir Path folder) throws IOException {
    try (var server = listen(0)) {
      var file = folder.resolve("termination-log");
      NetworkProbe.main(
          new String[] {
            "--verdict=" + file,
            Target.may("the API server", HOST, server.getLocalPort()),
            Target.mayNot("demo-0-0", HOST, silentPort())
          });
      assertThat(Finding.read(Files.readString(file)))
          .contains(
              List.of(
                  new Finding(true, "the API server", true, ""),
                  new Finding(false, "demo-0-0", false, "refused")));
    }
  }

  @Test
  void aVerdictThatWasCutOffIsNone() {
    var whole = Finding.tell(List.of(new Finding(true, "demo-0-0", true, "")));
    assertThat(Finding.read(whole)).isPresent();
    for (int length = 0; length < whole.strip().length(); length++) {
      assertThat(Finding.read(whole.substring(0, length))).as("%d", length).isEmpty();
    }
  }

  @Test
  void anIPv6AddressIsAHost() {
    assertThat(Target.parse(Target.may("the API server", "fd00::1", 443)))
        .isEqualTo(new Target(true, "the API server", "fd00::1", 443));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--may=demo-0-0",
        "--may=demo-0-0=10.0.0.1",
        "--may=demo-0-0=10.0.0.1:70000",
        "--may=demo-0-0=10.0.0.1:$(KUBERNETES_SERVICE_PORT)",
        "--might=demo-0-0=10.0.0.1:6379"
      })
  void whatIsNoTargetIsRefused(String argument) {
    assertThatThrownBy(() -> Target.parse(argument)).isInstanceOf(IllegalArgumentException.class);
  }
}
