package dev.cachecluster.operator.engine;

import static org.awaitility.Awaitility.await;

import dev.cachecluster.operator.acl.AclFile;
import dev.cachecluster.operator.acl.AclUser;
import dev.cachecluster.operator.acl.Secret;
import dev.cachecluster.operator.acl.SystemUsers;
import dev.cachecluster.operator.pki.CertificateAuthority;
import dev.cachecluster.operator.pki.KeyPairPem;
import dev.cachecluster.operator.pki.Leaf;
import dev.cachecluster.operator.pki.Leaf.Usage;
import io.lettuce.core.resource.ClientResources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * One cluster's authority, secrets and servers for the length of a test; closing it ends every
 * process and removes every file.
 */
public final class EngineLab implements AutoCloseable {
  public static final String APPLICATION = "app";
  static final Duration TIMEOUT = Duration.ofSeconds(2);

  final Clock clock = Clock.systemUTC();
  final SecureRandom random = new SecureRandom();
  final CertificateAuthority authority =
      CertificateAuthority.create("test authority", clock, random, Duration.ofDays(30));
  public final Secret operatorPassword = Secret.random(random);
  public final Secret replicationPassword = Secret.random(random);
  public final Secret applicationPassword = Secret.random(random);
  final KeyPairPem operatorCertificate = client("operator");
  final KeyPairPem applicationCertificate = client("app");
  final ClientResources resources =
      ClientResources.builder().ioThreadPoolSize(2).computationThreadPoolSize(2).build();
  private final Engine engine;
  private final Path home;
  private final Deque<AutoCloseable> open = new ArrayDeque<>();

  public EngineLab(Engine engine) throws IOException {
    this.engine = engine;
    this.home = Files.createTempDirectory("engine");
  }

  KeyPairPem client(String name) {
    return authority.issue(new Leaf(name, List.of(), Usage.CLIENT, Duration.ofDays(1)));
  }

  KeyPairPem member(String name) {
    List<String> names = List.of(EngineProcess.tlsName(name));
    return authority.issue(new Leaf(name, names, Usage.MEMBER, Duration.ofDays(1)));
  }

  public List<AclUser> users() {
    return List.of(
        SystemUsers.operator(operatorPassword),
        SystemUsers.replication(replicationPassword),
        SystemUsers.probe(),
        SystemUsers.application(APPLICATION, applicationPassword));
  }

  /** A started server, in no role yet. */
  public EngineProcess start(String name) throws IOException {
    return start(name, AclFile.render(users()));
  }

  public EngineProcess start(String name, String acl) throws IOException {
    return start(name, member(name), acl);
  }

  EngineProcess start(String name, KeyPairPem certificate, String acl) throws IOException {
    EngineProcess process =
        new EngineProcess(
            engine,
            home.resolve(name),
            name,
            certificate,
            authority.certificatePem(),
            replicationPassword.reveal());
    open.push(process);
    process.acl(acl);
    return process.start();
  }

  public AdminIdentity identity() {
    return new AdminIdentity(
        SystemUsers.OPERATOR,
        operatorPassword,
        authority.certificatePem(),
        operatorCertificate.certificatePem(),
        operatorCertificate.privateKeyPem());
  }

  public EngineAdmin admin() {
    return admin(identity(), CommandGate.open());
  }

  EngineAdmin admin(AdminIdentity identity, CommandGate gate) {
    EngineAdmin admin = new LettuceEngineAdmin(resources, identity, TIMEOUT, clock, gate);
    open.push(admin);
    return admin;
  }

  /** Asks until the server answers: the first call of a JVM also loads the whole TLS stack. */
  static ServerView view(EngineAdmin admin, EngineProcess server, String... configKeys) {
    AtomicReference<Answer<ServerView>> last = new AtomicReference<>();
    await("an answer of " + server.address().member())
        .atMost(Duration.ofSeconds(20))
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(20))
        .until(
            () -> {
              last.set(admin.inspect(server.address(), Set.of(configKeys)));
              return last.get().isOk();
            });
    return last.get().ok().orElseThrow();
  }

  /** Waits until what the server says of itself is so. */
  static ServerView awaitState(EngineAdmin admin, EngineProcess server, Predicate<ServerView> so) {
    AtomicReference<ServerView> last = new AtomicReference<>();
    await("a state of " + server.address().member())
        .atMost(Duration.ofSeconds(20))
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(10))
        .until(
            () -> {
              last.set(view(admin, server));
              return so.test(last.get());
            });
    return last.get();
  }

  /** Makes one a primary and the others its replicas in sync. */
  static void lead(EngineAdmin admin, EngineProcess primary, EngineProcess... replicas) {
    view(admin, primary);
    done(admin.promote(primary.address()));
    for (EngineProcess replica : replicas) {
      view(admin, replica);
      done(admin.follow(replica.address(), primary.address().ip(), primary.port()));
      awaitLink(admin, replica);
    }
  }

  static void awaitLink(EngineAdmin admin, EngineProcess replica) {
    awaitState(
        admin, replica, v -> v.role() instanceof Role.Replica r && r.linkUp() && !r.syncing());
  }

  static void done(Answer<?> answer) {
    if (!answer.isOk()) {
      throw new AssertionError("the server did not do it: " + answer.summary());
    }
  }

  /** A session of the application user. */
  public RespClient application(EngineProcess server) throws IOException {
    return session(server, applicationCertificate, APPLICATION, applicationPassword);
  }

  public RespClient session(EngineProcess server, String user, Secret password) throws IOException {
    return session(server, applicationCertificate, user, password);
  }

  /** A session of the application user that its user closes. */
  RespClient connect(EngineProcess server) throws IOException {
    RespClient client =
        RespClient.tls(
            server.address(), authority.certificatePem(), applicationCertificate, "TLSv1.3");
    client.authenticate(APPLICATION, applicationPassword.reveal());
    return client;
  }

  private RespClient session(
      EngineProcess server, KeyPairPem certificate, String user, Secret password)
      throws IOException {
    RespClient client = anonymous(server, certificate);
    client.authenticate(user, password.reveal());
    return client;
  }

  RespClient anonymous(EngineProcess server, KeyPairPem certificate) throws IOException {
    RespClient client =
        RespClient.tls(server.address(), authority.certificatePem(), certificate, "TLSv1.3");
    open.push(client);
    return client;
  }

  public RespClient anonymous(EngineProcess server) throws IOException {
    return anonymous(server, applicationCertificate);
  }

  @Override
  public void close() throws IOException {
    IOException failures = new IOException("the servers or clients of a test could not be ended");
    while (!open.isEmpty()) {
      endOne(failures);
    }
    resources.shutdown(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
    try (Stream<Path> files = Files.walk(home)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
    if (failures.getSuppressed().length > 0) {
      throw failures;
    }
  }

  private void endOne(IOException failures) {
    try {
      open.pop().close();
    } catch (Exception e) {
      failures.addSuppressed(e);
    }
  }
}
