package dev.cachecluster.lettucewriter;

import static org.awaitility.Awaitility.await;

import dev.cachecluster.lettucewriter.Target.Address;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A Valkey on loopback, closed as the operator closes its servers, and the binding of an
 * application. It hands every change to the kernel before it acknowledges it, so that kill -9 loses
 * nothing; a disk that others keep busy is not waited for.
 */
final class TestServer implements AutoCloseable {
  static final String HOST = "cache.test";
  static final String USER = "shop.cart~a";
  private static final String PROGRAM = "valkey-server-8.1";
  private static final String BUILT_UNDER = "e2e/images/build/bin";
  private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

  private final Path home;
  private final Path binding;
  private final TestAuthority authority = new TestAuthority();
  private final Address address;
  private @Nullable Process process;

  TestServer(Path scratch) throws IOException {
    this(scratch, "TLSv1.3");
  }

  TestServer(Path scratch, String protocols) throws IOException {
    this.home = Files.createDirectories(scratch.resolve("server"));
    this.binding = Files.createDirectories(scratch.resolve("binding"));
    this.address = new Address("127.0.0.1", freePort());
    String password = "secret-of-" + Load.newRun();
    authority.writeCertificate(home.resolve("ca.crt"));
    authority.issue(home, "server", Optional.of(HOST));
    writeBinding(password);
    Files.writeString(
        home.resolve("users.acl"),
        "user default off\nuser %s on >%s ~* +@all\n".formatted(USER, password));
    Files.writeString(
        home.resolve("server.conf"),
        """
        port 0
        bind 127.0.0.1
        tls-port %d
        tls-cert-file %2$s/server.crt
        tls-key-file %2$s/server.key
        tls-ca-cert-file %2$s/ca.crt
        tls-auth-clients yes
        tls-protocols "%3$s"
        aclfile %2$s/users.acl
        dir %2$s
        save ""
        appendonly yes
        appendfsync no
        logfile %2$s/log
        """
            .formatted(address.port(), home, protocols));
    start();
  }

  private void writeBinding(String password) throws IOException {
    authority.writeCertificate(binding.resolve("ca.crt"));
    authority.issue(binding, "tls", Optional.empty());
    Map<String, String> texts =
        Map.of(
            "type",
            "valkey",
            "provider",
            "cachecluster",
            "host",
            HOST,
            "port",
            Integer.toString(address.port()),
            "username",
            USER,
            "password",
            password,
            "uri",
            "rediss://" + HOST);
    for (var text : texts.entrySet()) {
      Files.writeString(binding.resolve(text.getKey()), text.getValue());
    }
  }

  Path binding() {
    return binding;
  }

  Address address() {
    return address;
  }

  /** How a patient application reaches it. */
  Target target() {
    return new Target(binding, Optional.of(address), Duration.ofSeconds(5), 0, Duration.ZERO);
  }

  TestAuthority authority() {
    return authority;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, LOOPBACK)) {
      return socket.getLocalPort();
    }
  }

  /** Starts it, and waits until it takes connections. */
  void start() throws IOException {
    Process started =
        new ProcessBuilder(program().toString(), home.resolve("server.conf").toString())
            .redirectErrorStream(true)
            .redirectOutput(home.resolve("output").toFile())
            .start();
    process = started;
    await("start of the server")
        .atMost(Duration.ofSeconds(10))
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(5))
        .until(() -> accepts() || !started.isAlive());
    if (!started.isAlive()) {
      throw new IllegalStateException(
          "the server ended at once:\n" + Files.readString(home.resolve("output")));
    }
  }

  private boolean accepts() {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(LOOPBACK, address.port()), 500);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static Path program() {
    String given = System.getenv("ENGINE_BIN_DIR");
    Path directory =
        given != null && !given.isBlank()
            ? Path.of(given)
            : Path.of("").toAbsolutePath().resolve("../..").resolve(BUILT_UNDER).normalize();
    Path found = directory.resolve(PROGRAM);
    if (!Files.isExecutable(found)) {
      throw new IllegalStateException(
          "no program "
              + found
              + "; make it with: e2e/images/build.sh valkey-8.1 (or name another folder in ENGINE_BIN_DIR)");
    }
    return found;
  }

  /** kill -9, and waits until it is gone. */
  void kill() {
    running().destroyForcibly().onExit().orTimeout(10, TimeUnit.SECONDS).join();
  }

  /** Halts it where it is: it neither ends nor answers. */
  void freeze() throws IOException, InterruptedException {
    signal("-STOP");
  }

  void thaw() throws IOException, InterruptedException {
    signal("-CONT");
  }

  private void signal(String signal) throws IOException, InterruptedException {
    List<String> command = List.of("kill", signal, Long.toString(running().pid()));
    int result = new ProcessBuilder(command).inheritIO().start().waitFor();
    if (result != 0) {
      throw new IllegalStateException(command + " ended with " + result);
    }
  }

  private Process running() {
    if (process == null) {
      throw new IllegalStateException("the server was not started");
    }
    return process;
  }

  @Override
  public void close() {
    if (process != null) {
      kill();
    }
  }
}
