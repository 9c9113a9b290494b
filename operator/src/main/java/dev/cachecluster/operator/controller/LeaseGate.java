package dev.cachecluster.operator.controller;

import dev.cachecluster.operator.engine.CommandGate;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.quarkus.runtime.LaunchMode;
import io.quarkus.runtime.ShutdownEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

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
  private final Clock clock;
  private final AtomicReference<@Nullable Instant> until = new AtomicReference<>();
  private final AtomicReference<@Nullable Object> informer = new AtomicReference<>();

  public LeaseGate(KubernetesClient client, OperatorConfig config, Clock clock) {
    this.client = client;
    this.config = config;
    this.clock = clock;
  }

  @Override
  public Optional<String> refusal(Duration timeout) {
    if (LaunchMode.current() != LaunchMode.NORMAL) {
      return Optional.empty();
    }
    if (closed.get()) {
      return Optional.of("the operator is ending");
    }
    watch();
    var end = until.get();
    return end != null && clock.instant().plus(timeout).isBefore(end)
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
    var end = until.getAndSet(null);
    if (end == null) {
      return;
    }
    LockSupport.parkNanos(config.commandTimeout().toNanos());
    try {
      var lease = client.leases().inNamespace(config.namespace()).withName(Leader.LEASE);
      var standing = lease.get();
      if (standing != null && config.podName().equals(standing.getSpec().getHolderIdentity())) {
        standing.getSpec().setHolderIdentity("");
        lease.patch(PatchContext.of(PatchType.JSON_MERGE), standing);
      }
    } catch (KubernetesClientException e) {
      LOG.infof("the lease was not given back and runs out by itself: %s", e.getMessage());
    }
  }

  private void watch() {
    if (informer.get() == null) {
      synchronized (informer) {
        if (informer.get() == null) {
          var lease = client.leases().inNamespace(config.namespace()).withName(Leader.LEASE);
          informer.set(lease.inform(new Renewals()));
        }
      }
    }
  }

  private final class Renewals implements ResourceEventHandler<Lease> {
    @Override
    public void onAdd(Lease lease) {
      seen(lease);
    }

    @Override
    public void onUpdate(Lease before, Lease lease) {
      seen(lease);
    }

    @Override
    public void onDelete(Lease lease, boolean unknown) {
      until.set(null);
    }

    private void seen(Lease lease) {
      var spec = lease.getSpec();
      boolean ours = spec != null && Objects.equals(spec.getHolderIdentity(), config.podName());
      until.set(
          ours && spec.getRenewTime() != null
              ? spec.getRenewTime().toInstant().plus(Leader.LEASE_DURATION)
              : null);
    }
  }
}
