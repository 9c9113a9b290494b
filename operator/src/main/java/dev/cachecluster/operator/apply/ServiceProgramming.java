package dev.cachecluster.operator.apply;

import dev.cachecluster.operator.engine.EngineAdmin;
import dev.cachecluster.operator.engine.MemberAddress;
import dev.cachecluster.operator.observed.ObjectKey;
import dev.cachecluster.operator.observed.ObservedState;
import dev.cachecluster.operator.plan.Action;
import io.fabric8.kubernetes.api.model.Service;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * When a Service that was moved leads to the next primary. Too early, and new connections meet the
 * old primary as a replica; too late, and they meet the next one before it leads. A look is a
 * handshake by the name in the next primary's certificate, from where the operator runs; where that
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
  private final Consumer<Duration> settle;

  /**
   * @param settle waits for a time
   */
  ServiceProgramming(EngineAdmin engine, Consumer<Duration> settle) {
    this.engine = engine;
    this.settle = settle;
  }

  /** Blocks for 1.2 s at most, and as long as the looks take that fail. */
  void await(Action.HandOver handOver, ObservedState world) {
    var through = address(handOver, world);
    for (var waited = Duration.ZERO; waited.compareTo(AT_MOST) < 0; waited = waited.plus(LOOK)) {
      if (through.filter(server -> engine.tls(server).isOk()).isPresent()) {
        settle.accept(OTHER_NODES);
        return;
      }
      settle.accept(LOOK);
    }
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
