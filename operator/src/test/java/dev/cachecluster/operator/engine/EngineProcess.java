package dev.cachecluster.operator.engine;

import static org.awaitility.Awaitility.await;

import dev.cachecluster.operator.pki.KeyPairPem;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A real server with the settings of production: no plaintext port, TLS 1.3 with client
 * certificates, an access list file, and the role of a replica of nobody until it is told
 * otherwise.
 */
public final class EngineProcess implements AutoCloseable {
  static final String PLACEHOLDER = "placeholder.invalid";

  private final Engine engine;
  private final Path home;
  private final MemberAddress address;
  private @Nullable Process process;
  private int starts;

  EngineProcess(
      Engine engine,
      Path home,
      String name,
      KeyPairPem identity,
      String caPem,
      String replicationPassword)
      throws IOException {
    this.engine = engine;
    this.home = home;
    this.address =
        new MemberAddress(name, "uid-of-" + name, "127.0.0.1", freePort(), tlsName(name));
    Files.createDirectories(home);
    files(identity, caPem);
    write(
        "server.conf",
        """
        port 0
        bind 127.0.0.1
        tls-port %d
        tls-cert-file %2$s/tls.crt
        tls-key-file %2$s/tls.key
        tls-ca-cert-file %2$s/ca.crt
        tls-auth-clients yes
        tls-protocols "TLSv1.3"
        tls-replication yes
        aclfile %2$s/users.acl
        masteruser _replication
        masterauth %3$s
        replicaof %4$s 6379
        replica-serve-stale-data no
        repl-diskless-sync-delay 0
        repl-backlog-size 1mb
        save ""
        appendonly no
        dir %2$s
        maxmemory 64mb
        """
            .formatted(address.port(), home, replicationPassword, PLACEHOLDER));
  }

  static String tlsName(String member) {
    return member + ".cache.test";
  }

  /**
   * Puts other certificate files in place, as a kubelet does; the server does not look by itself.
   */
  void files(KeyPairPem identity, String caPem) throws IOException {
    write("tls.crt", identity.certificatePem());
    write("tls.key", identity.privateKeyPem().reveal());
    write("ca.crt", caPem);
  }

  /** What tells it to look. */
  Map<String, String> certificateSettings() {
    return Map.of(
        "tls-cert-file", home + "/tls.crt",
        "tls-key-file", home + "/tls.key",
        "tls-ca-cert-file", home + "/ca.crt");
  }

  /**
   * Puts somebody else's certificate beside its own, with a list of whom to trust under this name.
   *
   * @return what tells it to show that one, and its own towards other servers
   */
  Map<String, String> foreign(KeyPairPem server, String caPem, String list) throws IOException {
    write("server.crt", server.certificatePem());
    write("server.key", server.privateKeyPem().reveal());
    write(list, caPem);
    return Map.of(
        "tls-client-cert-file", home + "/tls.crt",
        "tls-client-key-file", home + "/tls.key",
        "tls-cert-file", home + "/server.crt",
        "tls-key-file", home + "/server.key",
        "tls-ca-cert-file", home + "/" + list);
  }

  /** The name of a file of it, as its settings say it. */
  public String path(String file) {
    return home + "/" + file;
  }

  /** Has it keep its data from the next start on. */
  public void keep(String settings) throws IOException {
    write("server.conf", Files.readString(home.resolve("server.conf")) + settings);
  }

  void acl(String text) throws IOException {
    write("users.acl", text);
  }

  private void write(String file, String text) throws IOException {
    Path path = home.resolve(file);
    Files.writeString(path, text);
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      return socket.getLocalPort();
    }
  }

  /** Starts it, and waits until its port takes connections. */
  public EngineProcess start() throws IOException {
    Path log = home.resolve("server-" + starts++ + ".log");
    Process started =
        new ProcessBuilder(engine.program().toString(), home.resolve("server.conf").toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    process = started;
    await("start of " + address.member() + ", see " + log)
        .atMost(Duration.ofSeconds(10))
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(5))
        .until(() -> accepts() || !started.isAlive());
    if (!started.isAlive()) {
      throw new IllegalStateException(
          address.member() + " ended at once:\n" + Files.readString(log));
    }
    return this;
  }

  /** Whether it goes on once it has read its files. */
  public boolean startsOnItsData() throws IOException {
    try {
      start();
    } catch (IllegalStateException ended) {
      return false;
    }
    var log = home.resolve("server-" + (starts - 1) + ".log");
    await("the end of its reading, see " + log)
        .atMost(Duration.ofSeconds(10))
        .pollInterval(Duration.ofMillis(20))
        .until(
            () ->
                !running().isAlive()
                    || Files.readString(log, java.nio.charset.StandardCharsets.ISO_8859_1)
                        .contains("Ready to accept connections"));
    return running().isAlive();
  }

  private boolean accepts() {
    try (Socket socket = new Socket()) {
      socket.connect(
          new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), address.port()), 500);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  public MemberAddress address() {
    return address;
  }

  int port() {
    return address.port();
  }

  /** kill -9, and waits until it is gone. */
  void kill() {
    running().destroyForcibly().onExit().orTimeout(10, TimeUnit.SECONDS).join();
  }

  /** SIGTERM, as a kubelet sends it, and waits until it is gone. */
  public void stop() {
    running().destroy();
    running().onExit().orTimeout(10, TimeUnit.SECONDS).join();
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
      throw new IllegalStateException(address.member() + " was not started");
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
