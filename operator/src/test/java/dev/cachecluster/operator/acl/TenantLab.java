package dev.cachecluster.operator.acl;

import dev.cachecluster.operator.acl.AclUser.Credentials;
import dev.cachecluster.operator.acl.ServerUser.Slot;
import dev.cachecluster.operator.engine.AdminIdentity;
import dev.cachecluster.operator.engine.Engine;
import dev.cachecluster.operator.engine.EngineLab;
import dev.cachecluster.operator.engine.EngineProcess;
import dev.cachecluster.operator.engine.RespClient;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SslOptions;
import io.lettuce.core.SslVerifyMode;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DnsResolver;
import io.lettuce.core.resource.SocketAddressResolver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A real server that leads, with users of a test beside the system's, and one who may do all. */
final class TenantLab implements AutoCloseable {
  static final Secret PASSWORD = Secret.of("of-every-tenant-in-this-test");
  private static final Secret ROOT = Secret.of("root-of-the-test");
  private static final String ROOT_LINE =
      "user root on #" + ROOT.sha256Hex() + " ~* resetchannels &* +@all\n";

  private final EngineLab lab;
  private final EngineProcess server;
  private final List<RedisClient> clients = new ArrayList<>();
  private @Nullable ClientResources resources;

  /** A session of somebody who may do everything. */
  RespClient root;

  TenantLab(Engine engine, AclUser... tenants) throws IOException {
    lab = new EngineLab(engine);
    try {
      server = lab.start("m-0", AclFile.render(all(lab, tenants)) + ROOT_LINE);
      root = lab.session(server, "root", ROOT);
      root.call("REPLICAOF", "NO", "ONE");
    } catch (IOException | RuntimeException e) {
      lab.close();
      throw e;
    }
  }

  private static List<AclUser> all(EngineLab lab, AclUser... tenants) {
    List<AclUser> users = new ArrayList<>(systemUsers(lab));
    users.addAll(List.of(tenants));
    return users;
  }

  private static List<AclUser> systemUsers(EngineLab lab) {
    return List.of(
        SystemUsers.operator(lab.operatorPassword),
        SystemUsers.replication(lab.replicationPassword),
        SystemUsers.probe());
  }

  /** The users that every server has. */
  List<AclUser> systemUsers() {
    return systemUsers(lab);
  }

  /** A tenant whose keys and channels begin with the prefix. */
  static AclUser tenant(String namespace, String prefix, Role role, boolean shared) {
    ServerUser who =
        new ServerUser(namespace, role.getClass().getSimpleName().toLowerCase(Locale.ROOT), Slot.A);
    return new Rights(List.of(prefix + "*"), List.of(prefix + "*"), role)
        .user(who, Credentials.password(PASSWORD), shared);
  }

  /** Who reads figures and no key. */
  static AclUser exporter() {
    return new Rights(List.of(), List.of(), new Role.Metrics())
        .user(
            new ServerUser("monitoring", "exporter", Slot.A), Credentials.password(PASSWORD), true);
  }

  RespClient session(AclUser tenant) throws IOException {
    return lab.session(server, tenant.name(), PASSWORD);
  }

  /** Has the server read its file anew. Redis 7.0 ends every session by it. */
  void reload() throws IOException {
    root.call("ACL", "LOAD");
    root = lab.session(server, "root", ROOT);
  }

  RespClient operator() throws IOException {
    return lab.session(server, SystemUsers.OPERATOR, lab.operatorPassword);
  }

  /** What the server lists, without the test's own user. */
  List<String> list(RespClient session) throws IOException {
    return strings(session.call("ACL", "LIST")).stream()
        .filter(line -> !line.startsWith("user root "))
        .toList();
  }

  /** One command between any two semicolons or line ends; a line that begins with # is a remark. */
  static List<String> commands(String text) {
    return text.lines()
        .filter(line -> !line.strip().startsWith("#"))
        .flatMap(line -> Arrays.stream(line.split(";", -1)))
        .map(String::strip)
        .filter(command -> !command.isEmpty())
        .toList();
  }

  static List<String> strings(@Nullable Object answer) {
    return ((List<?>) Objects.requireNonNull(answer)).stream().map(String.class::cast).toList();
  }

  /** What an application of today uses: Lettuce with RESP3, as it comes. */
  StatefulRedisConnection<String, String> lettuce(AclUser tenant) {
    return client(tenant).connect();
  }

  StatefulRedisPubSubConnection<String, String> lettucePubSub(AclUser tenant) {
    return client(tenant).connectPubSub();
  }

  private RedisClient client(AclUser tenant) {
    RedisURI uri =
        RedisURI.builder()
            .withHost(server.address().tlsName())
            .withPort(server.address().port())
            .withSsl(true)
            .withVerifyPeer(SslVerifyMode.FULL)
            .withAuthentication(tenant.name(), PASSWORD.reveal())
            .withClientName("cart-1")
            .withTimeout(Duration.ofSeconds(5))
            .build();
    RedisClient client = RedisClient.create(resources(), uri);
    AdminIdentity certificate = lab.identity();
    SslOptions ssl =
        SslOptions.builder()
            .jdkSslProvider()
            .protocols("TLSv1.3")
            .keyManager(
                () -> stream(certificate.certificatePem()),
                () -> stream(certificate.privateKeyPem().reveal()),
                new char[0])
            .trustManager(() -> stream(certificate.caPem()))
            .build();
    client.setOptions(ClientOptions.builder().sslOptions(ssl).autoReconnect(false).build());
    clients.add(client);
    return client;
  }

  private static ByteArrayInputStream stream(String pem) {
    return new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII));
  }

  private ClientResources resources() {
    ClientResources made = resources;
    if (made == null) {
      made =
          ClientResources.builder()
              .ioThreadPoolSize(2)
              .computationThreadPoolSize(2)
              .socketAddressResolver(
                  new SocketAddressResolver(DnsResolver.unresolved()) {
                    @Override
                    public SocketAddress resolve(RedisURI uri) {
                      return address(uri);
                    }
                  })
              .build();
      resources = made;
    }
    return made;
  }

  private InetSocketAddress address(RedisURI uri) {
    try {
      byte[] ip = InetAddress.ofLiteral(server.address().ip()).getAddress();
      return new InetSocketAddress(InetAddress.getByAddress(uri.getHost(), ip), uri.getPort());
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(e);
    }
  }

  @Override
  public void close() throws IOException {
    clients.forEach(client -> client.shutdown(Duration.ZERO, Duration.ofSeconds(2)));
    if (resources != null) {
      resources.shutdown(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
    }
    lab.close();
  }
}
