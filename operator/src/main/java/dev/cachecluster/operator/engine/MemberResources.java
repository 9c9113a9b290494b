package dev.cachecluster.operator.engine;

import io.lettuce.core.RedisURI;
import io.lettuce.core.event.EventBus;
import io.lettuce.core.event.EventPublisherOptions;
import io.lettuce.core.metrics.CommandLatencyRecorder;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.Delay;
import io.lettuce.core.resource.DnsResolver;
import io.lettuce.core.resource.EventLoopGroupProvider;
import io.lettuce.core.resource.NettyCustomizer;
import io.lettuce.core.resource.SocketAddressResolver;
import io.lettuce.core.tracing.Tracing;
import io.netty.channel.EventLoopGroup;
import io.netty.resolver.AddressResolverGroup;
import io.netty.util.Timer;
import io.netty.util.concurrent.EventExecutorGroup;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.concurrent.TimeUnit;

/**
 * The shared threads and timers, with two things of one connection's own: where its name leads, and
 * who sees its channel. The copy that {@link ClientResources#mutate()} makes would start threads of
 * its own instead.
 */
final class MemberResources implements ClientResources {
  private final ClientResources shared;
  private final MemberAddress member;
  private final NettyCustomizer customizer;

  MemberResources(ClientResources shared, MemberAddress member, NettyCustomizer customizer) {
    this.shared = shared;
    this.member = member;
    this.customizer = customizer;
  }

  @Override
  public SocketAddressResolver socketAddressResolver() {
    return new SocketAddressResolver(DnsResolver.unresolved()) {
      @Override
      public SocketAddress resolve(RedisURI uri) {
        return socketAddress(member);
      }
    };
  }

  /**
   * The member's IP under the name that its certificate must carry: packets go to the one, the
   * handshake checks the other, and no DNS is asked.
   */
  static InetSocketAddress socketAddress(MemberAddress member) {
    try {
      byte[] ip = InetAddress.ofLiteral(member.ip()).getAddress();
      return new InetSocketAddress(InetAddress.getByAddress(member.tlsName(), ip), member.port());
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("not an IP address: " + member.ip(), e);
    }
  }

  @Override
  public NettyCustomizer nettyCustomizer() {
    return customizer;
  }

  @Override
  public Builder mutate() {
    throw new UnsupportedOperationException("these resources belong to one connection");
  }

  /** Nothing is ours to end. */
  @Override
  public Future<Boolean> shutdown() {
    return eventExecutorGroup().next().newSucceededFuture(true);
  }

  @Override
  public Future<Boolean> shutdown(long quietPeriod, long timeout, TimeUnit timeUnit) {
    return shutdown();
  }

  @Override
  public AddressResolverGroup<?> addressResolverGroup() {
    return shared.addressResolverGroup();
  }

  @Override
  public EventPublisherOptions commandLatencyPublisherOptions() {
    return shared.commandLatencyPublisherOptions();
  }

  @Override
  public CommandLatencyRecorder commandLatencyRecorder() {
    return shared.commandLatencyRecorder();
  }

  @Override
  public int computationThreadPoolSize() {
    return shared.computationThreadPoolSize();
  }

  @Override
  @Deprecated
  @SuppressWarnings("InlineMeSuggester")
  public DnsResolver dnsResolver() {
    return DnsResolver.unresolved();
  }

  @Override
  public EventBus eventBus() {
    return shared.eventBus();
  }

  /**
   * The shared I/O threads, which a client that is closed does not release: without this they would
   * end with the last connection, and an unreachable server would have them ended and started again
   * with every attempt.
   */
  @Override
  public EventLoopGroupProvider eventLoopGroupProvider() {
    EventLoopGroupProvider provider = shared.eventLoopGroupProvider();
    return new EventLoopGroupProvider() {
      @Override
      public <T extends EventLoopGroup> T allocate(Class<T> type) {
        return provider.allocate(type);
      }

      @Override
      public int threadPoolSize() {
        return provider.threadPoolSize();
      }

      @Override
      public Future<Boolean> release(
          EventExecutorGroup group, long quietPeriod, long timeout, TimeUnit timeUnit) {
        return MemberResources.this.shutdown();
      }

      @Override
      public Future<Boolean> shutdown(long quietPeriod, long timeout, TimeUnit timeUnit) {
        return MemberResources.this.shutdown();
      }
    };
  }

  @Override
  public EventExecutorGroup eventExecutorGroup() {
    return shared.eventExecutorGroup();
  }

  @Override
  public int ioThreadPoolSize() {
    return shared.ioThreadPoolSize();
  }

  @Override
  public Delay reconnectDelay() {
    return shared.reconnectDelay();
  }

  @Override
  public Timer timer() {
    return shared.timer();
  }

  @Override
  public Tracing tracing() {
    return shared.tracing();
  }
}
