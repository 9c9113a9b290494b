package dev.cachecluster.operator.engine;

import dev.cachecluster.operator.pki.CertificateView;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.protocol.AsyncCommand;
import io.lettuce.core.protocol.RedisCommand;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.NettyCustomizer;
import io.netty.channel.Channel;
import io.netty.handler.ssl.SslHandler;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to reach one server, and the connection if it succeeded. It is used once: when it
 * breaks, or when an answer is late, it is closed and the next use makes another, so that a late
 * answer can never be taken for the next command's.
 */
final class ServerConnection {
  private final RedisClient client;
  private final CompletableFuture<StatefulRedisConnection<String, String>> ready;
  private final AtomicBoolean closedByUs = new AtomicBoolean();
  private final String username;
  private final AtomicBoolean alone = new AtomicBoolean();
  private volatile @Nullable Channel channel;
  private volatile @Nullable TlsEvidence shown;

  /**
   * Begins to connect, and returns at once.
   *
   * @param username whose other sessions are ended before the first command: there is one operator
   * @param onBroken called on an I/O thread when the established connection ends without our doing
   */
  ServerConnection(
      ClientResources shared,
      ClientOptions options,
      RedisURI uri,
      MemberAddress member,
      String username,
      Runnable onBroken) {
    this.username = username;
    NettyCustomizer capture =
        new NettyCustomizer() {
          @Override
          public void afterChannelInitialized(Channel opened) {
            channel = opened;
          }
        };
    this.client = RedisClient.create(new MemberResources(shared, member, capture), uri);
    client.setOptions(options);
    this.ready = client.connectAsync(StringCodec.UTF8, uri).toCompletableFuture();
    var _ =
        ready.whenComplete(
            (connection, failure) -> {
              Channel opened = channel;
              if (failure == null && opened != null) {
                opened
                    .closeFuture()
                    .addListener(
                        _ -> {
                          if (!closedByUs.get()) {
                            onBroken.run();
                          }
                        });
              }
            });
  }

  /** Whether a command may be tried on it: it is being made, or it stands. */
  boolean usable() {
    return !closedByUs.get()
        && (!ready.isDone() || (!ready.isCompletedExceptionally() && ready.join().isOpen()));
  }

  /** Whether the session was opened; an error that comes after this is about a command. */
  boolean wasEstablished() {
    return ready.isDone() && !ready.isCompletedExceptionally();
  }

  /**
   * Sends all in one write, once the connection stands, and waits until the last answer is there.
   */
  void run(List<AsyncCommand<String, String, ?>> commands, Deadline deadline)
      throws InterruptedException, ExecutionException, TimeoutException {
    StatefulRedisConnection<String, String> connection = await(ready, deadline);
    if (alone.compareAndSet(false, true)) {
      // What an operator that lost its office may still have in flight ends before our first word.
      var kill = Commands.killUser(username);
      connection.dispatch(kill);
      await(kill, deadline);
    }
    List<RedisCommand<String, String, ?>> batch = List.copyOf(commands);
    connection.dispatch(batch);
    for (AsyncCommand<String, String, ?> command : commands) {
      await(command, deadline);
    }
  }

  /** What the handshake showed. */
  TlsEvidence tls(Deadline deadline)
      throws InterruptedException,
          ExecutionException,
          TimeoutException,
          SSLPeerUnverifiedException {
    await(ready, deadline);
    TlsEvidence known = shown;
    if (known != null) {
      return known;
    }
    Channel opened = channel;
    SslHandler handler = opened == null ? null : opened.pipeline().get(SslHandler.class);
    if (handler == null) {
      throw new SSLPeerUnverifiedException("the connection has just been closed");
    }
    SSLSession session = handler.engine().getSession();
    CertificateView leaf = CertificateView.of((X509Certificate) session.getPeerCertificates()[0]);
    known =
        new TlsEvidence(
            session.getProtocol(), session.getCipherSuite(), leaf.fingerprint(), leaf.notAfter());
    shown = known;
    return known;
  }

  private static <V> V await(CompletableFuture<V> future, Deadline deadline)
      throws InterruptedException, ExecutionException, TimeoutException {
    return future.get(deadline.remainingNanos(), TimeUnit.NANOSECONDS);
  }

  /** Whether another thread has closed it, so that how it ended says nothing about the server. */
  boolean givenUp() {
    return closedByUs.get();
  }

  /** Closes without waiting; commands that were not yet written are dropped. */
  void close() {
    if (closedByUs.compareAndSet(false, true)) {
      Channel opened = channel;
      if (opened != null) {
        var _ = opened.close();
      }
      var _ = client.shutdownAsync(0, 0, TimeUnit.SECONDS);
    }
  }
}
