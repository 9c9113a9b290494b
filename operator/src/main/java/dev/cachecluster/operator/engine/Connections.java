package dev.cachecluster.operator.engine;

import dev.cachecluster.operator.pki.KeyPairPem;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.ClientOptions.DisconnectedBehavior;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SslOptions;
import io.lettuce.core.SslVerifyMode;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.protocol.ProtocolVersion;
import io.lettuce.core.resource.ClientResources;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * The kept connections, one per member, and how each is made: TLS 1.3 only, both sides verified.
 */
final class Connections {
  private static final Logger LOG = System.getLogger(Connections.class.getName());

  private final ClientResources shared;
  private final AdminIdentity identity;
  private final Duration timeout;
  private volatile @Nullable ClientOptions options;
  private final Map<Key, ServerConnection> kept = new ConcurrentHashMap<>();
  private final List<Consumer<MemberAddress>> disconnectListeners = new CopyOnWriteArrayList<>();

  /** A server's place: a new pod, or a pod with a new address, is another. */
  private record Key(String podUid, String ip, int port, String tlsName) {
    static Key of(MemberAddress m) {
      return new Key(m.podUid(), m.ip(), m.port(), m.tlsName());
    }
  }

  Connections(ClientResources shared, AdminIdentity identity, Duration timeout) {
    this.shared = shared;
    this.identity = identity;
    this.timeout = timeout;
  }

  private ClientOptions options() throws SSLException {
    ClientOptions known = options;
    if (known == null) {
      try {
        known = options(identity, timeout);
        options = known;
      } catch (GeneralSecurityException | IOException | IllegalArgumentException e) {
        throw new SSLException("the operator's own certificate or key cannot be used", e);
      }
    }
    return known;
  }

  private static ClientOptions options(AdminIdentity identity, Duration timeout)
      throws GeneralSecurityException, IOException {
    SslOptions ssl =
        SslOptions.builder()
            .jdkSslProvider()
            .protocols("TLSv1.3")
            .handshakeTimeout(timeout)
            .keyManager(
                TlsContexts.keys(
                    new KeyPairPem(identity.certificatePem(), identity.privateKeyPem())))
            .trustManager(TlsContexts.trust(identity.caPem()))
            .build();
    return ClientOptions.builder()
        .sslOptions(ssl)
        .protocolVersion(ProtocolVersion.RESP3)
        .pingBeforeActivateConnection(false)
        .autoReconnect(false)
        .disconnectedBehavior(DisconnectedBehavior.REJECT_COMMANDS)
        .socketOptions(
            SocketOptions.builder()
                .connectTimeout(timeout)
                .keepAlive(true)
                .tcpNoDelay(true)
                .build())
        // The deadline of the whole call bounds every command; a second timer per command would
        // only race with it.
        .timeoutOptions(TimeoutOptions.builder().timeoutCommands(false).build())
        .build();
  }

  /** The kept connection if it still serves, else a new one that is being made. */
  ServerConnection get(MemberAddress member) throws SSLException {
    ClientOptions ready = options();
    List<ServerConnection> spent = new ArrayList<>();
    ServerConnection connection =
        kept.compute(
            Key.of(member),
            (_, old) -> {
              if (old != null && old.usable()) {
                return old;
              }
              if (old != null) {
                spent.add(old);
              }
              return new ServerConnection(
                  shared, ready, uri(member), member, identity.username(), () -> broken(member));
            });
    spent.forEach(ServerConnection::close);
    return connection;
  }

  private RedisURI uri(MemberAddress member) {
    RedisURI uri =
        RedisURI.builder()
            .withHost(member.tlsName())
            .withPort(member.port())
            .withSsl(true)
            .withVerifyPeer(SslVerifyMode.FULL)
            .withAuthentication(identity.username(), identity.password().reveal())
            .withTimeout(timeout)
            .build();
    // Else it sends CLIENT SETINFO, which Redis 7.0 does not know and our user need not have.
    uri.setLibraryName("");
    uri.setLibraryVersion("");
    return uri;
  }

  /** Closes it; the next use makes another. */
  void discard(MemberAddress member, ServerConnection connection) {
    kept.remove(Key.of(member), connection);
    connection.close();
  }

  /** The same for whichever connection is kept. */
  void drop(MemberAddress member) {
    ServerConnection connection = kept.remove(Key.of(member));
    if (connection != null) {
      connection.close();
    }
  }

  private void broken(MemberAddress member) {
    for (Consumer<MemberAddress> listener : disconnectListeners) {
      try {
        listener.accept(member);
      } catch (RuntimeException e) {
        LOG.log(Level.WARNING, "a listener failed on the lost connection to " + member.member(), e);
      }
    }
  }

  void retain(Collection<MemberAddress> live) {
    Set<Key> keep = live.stream().map(Key::of).collect(Collectors.toSet());
    kept.entrySet()
        .removeIf(
            entry -> {
              boolean gone = !keep.contains(entry.getKey());
              if (gone) {
                entry.getValue().close();
              }
              return gone;
            });
  }

  void onDisconnect(Consumer<MemberAddress> listener) {
    disconnectListeners.add(listener);
  }
}
