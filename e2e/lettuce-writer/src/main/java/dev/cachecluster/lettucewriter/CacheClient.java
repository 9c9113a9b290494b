package dev.cachecluster.lettucewriter;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.ClientOptions.DisconnectedBehavior;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisConnectionException;
import io.lettuce.core.RedisCredentials;
import io.lettuce.core.RedisCredentialsProvider.ImmediateRedisCredentialsProvider;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SocketOptions.KeepAliveOptions;
import io.lettuce.core.SocketOptions.TcpUserTimeoutOptions;
import io.lettuce.core.SslOptions;
import io.lettuce.core.SslVerifyMode;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.protocol.ProtocolVersion;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.Delay;
import io.netty.util.HashedWheelTimer;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Lettuce as a careful application sets it up. The reason stands beside each setting that is not
 * the library's own; what is not named here is left as it comes.
 */
final class CacheClient implements AutoCloseable {
  /** More than one batch of the reading back; the rest of an outage's calls is refused. */
  private static final int QUEUE = 2 * Verification.BATCH;

  /**
   * Lettuce's own timer ticks every 100 ms, and neither a reconnect delay nor a command timeout is
   * finer than that: each lost connection would cost 100 ms more.
   */
  private static final long TICK_MILLIS = 10;

  private final Target target;
  private final HashedWheelTimer timer;
  private final ClientResources resources;
  private final RedisClient client;
  private final LastHandshake handshake = new LastHandshake();

  CacheClient(Target target) {
    this.target = target;
    this.timer =
        new HashedWheelTimer(
            new DefaultThreadFactory("lettuce-timer", true), TICK_MILLIS, TimeUnit.MILLISECONDS);
    this.resources = resources(target, timer, handshake);
    this.client = RedisClient.create(resources);
    client.setOptions(options(target));
  }

  private static ClientResources resources(
      Target target, HashedWheelTimer timer, LastHandshake handshake) {
    var builder =
        ClientResources.builder()
            .ioThreadPoolSize(2)
            .computationThreadPoolSize(2)
            .timer(timer)
            .reconnectDelay(reconnectDelay())
            .nettyCustomizer(handshake);
    target.address().ifPresent(address -> builder.socketAddressResolver(new FixedAddress(address)));
    return builder.build();
  }

  /**
   * The default doubles up to 30 s: after an outage of 10 s an application would stay away for
   * another 6. Half a second at most, and some chance in it, so that a thousand clients do not
   * knock at the same moment.
   */
  static Delay reconnectDelay() {
    return Delay.fullJitter(Duration.ofMillis(2), Duration.ofMillis(500), 4, TimeUnit.MILLISECONDS);
  }

  private static ClientOptions options(Target target) {
    return ClientOptions.builder()
        .sslOptions(tls(target.binding(), target.timeout()))
        .socketOptions(sockets(target.timeout()))
        // No fall-back: a server that does not answer HELLO is not the cache.
        .protocolVersion(ProtocolVersion.RESP3)
        // Lettuce connects again by itself, and then sends again what was under way, if the server
        // had
        // closed the connection; after a reset the caller gets an error. It cannot know whether the
        // server had done it: here twice is as good as once, since a SET writes a value that is
        // fixed
        // to a key of its own. For INCR and the like an application needs autoReconnect(false).
        .autoReconnect(true)
        // While there is no connection, commands wait for the next one, up to their timeout. A
        // planned hand-over ends connections and is over in milliseconds: REJECT_COMMANDS would
        // make
        // errors of it, as many as the application makes calls until Lettuce has connected again.
        .disconnectedBehavior(DisconnectedBehavior.ACCEPT_COMMANDS)
        // What waits has an end and a bound, or a long outage is paid for with memory and with
        // writes that nobody waits for any more.
        .timeoutOptions(TimeoutOptions.enabled(target.timeout()))
        .requestQueueSize(QUEUE)
        .build();
  }

  /**
   * Trusts the binding's authority and nothing else, shows the binding's certificate, and speaks
   * TLS 1.3 only. The files are opened for every connection, so that renewed ones are taken up. The
   * name is checked because {@link #uri} asks for {@link SslVerifyMode#FULL}.
   */
  private static SslOptions tls(Path binding, Duration timeout) {
    return SslOptions.builder()
        .jdkSslProvider()
        .protocols("TLSv1.3")
        .handshakeTimeout(timeout)
        .trustManager(() -> Files.newInputStream(binding.resolve(Binding.AUTHORITY)))
        .keyManager(
            () -> Files.newInputStream(binding.resolve(Binding.CERTIFICATE)),
            () -> Files.newInputStream(binding.resolve(Binding.KEY)),
            new char[0])
        // Netty puts the key into a store in memory, by default one that is locked by a key derived
        // in 10,000 rounds: 40 ms of a core for each connection before its first packet.
        .sslContext(context -> context.keyStoreType("JKS"))
        .build();
  }

  /**
   * A peer that is gone without a word, as with its node, is noticed: Lettuce itself lets command
   * after command time out on the same connection, for as long as the kernel sends again (15
   * minutes). The user timeout ends that while commands are under way, keepalive while there are
   * none. Only the epoll transport knows the first.
   */
  private static SocketOptions sockets(Duration timeout) {
    return SocketOptions.builder()
        .connectTimeout(timeout)
        .tcpUserTimeout(
            TcpUserTimeoutOptions.builder()
                .enable()
                .tcpUserTimeout(timeout.multipliedBy(2))
                .build())
        .keepAlive(
            KeepAliveOptions.builder()
                .enable()
                .idle(Duration.ofSeconds(5))
                .interval(Duration.ofSeconds(1))
                .count(3)
                .build())
        .tcpNoDelay(true)
        .build();
  }

  /** A new connection, which Lettuce from then on keeps alive by itself. */
  StatefulRedisConnection<String, String> connect() throws RedisException {
    try {
      return client.connect(StringCodec.UTF8, uri(Binding.read(target.binding())));
    } catch (IOException e) {
      throw new RedisConnectionException(e.getMessage(), e);
    }
  }

  private RedisURI uri(Binding binding) {
    return RedisURI.builder()
        .withHost(binding.host())
        .withPort(binding.port())
        .withSsl(true)
        .withVerifyPeer(SslVerifyMode.FULL)
        // The immediate kind: any other one is asked on the common pool of the JVM, and an
        // application
        // that blocks that one could not connect again.
        .withAuthentication((ImmediateRedisCredentialsProvider) this::credentials)
        .withTimeout(target.timeout())
        .build();
  }

  /** Asked for every connection, Lettuce's own reconnects included. */
  private RedisCredentials credentials() {
    try {
      Binding binding = Binding.read(target.binding());
      return RedisCredentials.just(binding.username(), binding.password());
    } catch (IOException e) {
      throw new RedisConnectionException(e.getMessage(), e);
    }
  }

  Target target() {
    return target;
  }

  LastHandshake handshake() {
    return handshake;
  }

  @Override
  public void close() {
    client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
    resources.shutdown(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(3, TimeUnit.SECONDS);
    timer.stop();
  }
}
