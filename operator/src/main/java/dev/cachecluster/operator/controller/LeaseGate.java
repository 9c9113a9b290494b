package dev.cachecluster.operator.controller;

import dev.cachecluster.operator.engine.CommandGate;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.quarkus.runtime.LaunchMode;
import io.quarkus.runtime.ShutdownEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jboss.logging.Logger;

/**
 * No command goes to a server unless the operator's own lease outlasts it. An operator that was
 * paused finds its lease over when it wakes, and says nothing more to anybody.
 */
@Singleton
public class LeaseGate implements CommandGate {
  private static final Logger LOG = Logger.getLogger(LeaseGate.class);

  /** After the framework's own observer, which has the default priority of 2500. */
  private static final int LAST = 5000;

  private final AtomicBoolean closed = new AtomicBoolean();
  private final KubernetesClient client;
  private final OperatorConfig config;
  private final LeaseWindow window;

  public LeaseGate(KubernetesClient client, OperatorConfig config, Clock clock) {
    this.client = client;
    this.config = config;
    this.window =
        new LeaseWindow(() -> Optional.ofNullable(lease().get()), config.podName(), clock);
  }

  @Override
  public Optional<String> refusal(Duration timeout) {
    if (LaunchMode.current() != LaunchMode.NORMAL) {
      return Optional.empty();
    }
    if (closed.get()) {
      return Optional.of("the operator is ending");
    }
    return window.outlasts(timeout)
        ? Optional.empty()
        : Optional.of("the operator's lease does not outlast the command");
  }

  /**
   * Gives the office back, so that the next operator need not wait until the lease is over. The
   * framework's elector has ended by then, and no command begins any more; one that is under way is
   * waited for, because the next operator may act at once.
   */
  void release(@Observes @Priority(LAST) ShutdownEvent event) {
    closed.set(true);
    boolean held = window.outlasts(Duration.ZERO);
    window.close();
    if (!held) {
      return;
    }
    LockSupport.parkNanos(config.commandTimeout().toNanos());
    try {
      var lease = lease();
      var standing = lease.get();
      if (standing != null && config.podName().equals(standing.getSpec().getHolderIdentity())) {
        standing.getSpec().setHolderIdentity("");
        lease.patch(PatchContext.of(PatchType.JSON_MERGE), standing);
      }
    } catch (KubernetesClientException e) {
      LOG.infof("the lease was not given back and runs out by itself: %s", e.getMessage());
    }
  }

  private Resource<Lease> lease() {
    return client.leases().inNamespace(config.namespace()).withName(Leader.LEASE);
  }
}
