package dev.cachecluster.operator.apply;

import dev.cachecluster.operator.desired.ServerConfig;
import dev.cachecluster.operator.engine.EngineAdmin;
import dev.cachecluster.operator.engine.MemberAddress;
import dev.cachecluster.operator.observed.ObjectKey;
import dev.cachecluster.operator.observed.ObservedState;
import dev.cachecluster.operator.plan.Action;
import io.fabric8.kubernetes.api.model.Service;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * When a Service that was moved leads to the next primary. Too early, and new connections meet the
 * old primary as a replica; too late, and they meet the next one before it leads. A look is a
 * handshake by the name in the next primary's certificate, from where the operator runs, and where
 * all members may show one certificate, a question for the name that it announces; where that
 * cannot be seen, the time that a proxy needs at most is waited.
 */
final class ServiceProgramming {
  /**
   * A proxy writes its rules at once, or a second after it last did (kube-proxy, minSyncPeriod).
   */
  private static final Duration AT_MOST = Duration.ofMillis(1200);

  private static final Duration LOOK = Duration.ofMillis(25);

  /** What other nodes' proxies may need longer than this one's. */
  private static final Duration OTHER_NODES = Duration.ofMillis(50);

  private final EngineAdmin engine;
  private final Clock clock;
  private final Consumer<Duration> settle;

  /**
   * @param settle waits for a time
   */
  ServiceProgramming(EngineAdmin engine, Clock clock, Consumer<Duration> settle) {
    this.engine = engine;
    this.clock = clock;
    this.settle = settle;
  }

  /** Blocks for 1.2 s, or as long as one look takes that gets no answer. */
  void await(Action.HandOver handOver, ObservedState world) {
    var through = address(handOver, world);
    boolean shared = world.files().values().stream().anyMatch(each -> each.server().isPresent());
    var end = clock.instant().plus(AT_MOST);
    for (var waited = Duration.ZERO;
        waited.compareTo(AT_MOST) < 0 && clock.instant().isBefore(end);
        waited = waited.plus(LOOK)) {
      if (through.filter(server -> shared ? is(server) : engine.tls(server).isOk()).isPresent()) {
        settle.accept(OTHER_NODES);
        return;
      }
      settle.accept(LOOK);
    }
  }

  /** A kept connection leads to whom it met first. */
  private boolean is(MemberAddress server) {
    boolean met =
        engine
            .inspect(server, Set.of(ServerConfig.ANNOUNCED))
            .ok()
            .filter(view -> !view.isAnother(server.tlsName()))
            .isPresent();
    if (!met) {
      engine.reconnect(server);
    }
    return met;
  }

  private static Optional<MemberAddress> address(Action.HandOver handOver, ObservedState world) {
    var key = new ObjectKey("Service", handOver.service().getMetadata().getName());
    var to = handOver.to();
    return Optional.ofNullable(world.children().get(key))
        .map(object -> ((Service) object).getSpec().getClusterIP())
        .filter(ip -> !ip.isBlank() && !ip.equals("None"))
        .map(ip -> new MemberAddress(to.member(), "by its Service", ip, to.port(), to.tlsName()));
  }
}
