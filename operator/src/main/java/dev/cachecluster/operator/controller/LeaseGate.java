package dev.cachecluster.operator.controller;

import dev.cachecluster.operator.engine.CommandGate;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.quarkus.runtime.LaunchMode;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * No command goes to a server unless the operator's own lease outlasts it. An operator that was
 * paused finds its lease over when it wakes, and says nothing more to anybody.
 */
@Singleton
public class LeaseGate implements CommandGate {
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
    watch();
    var end = until.get();
    return end != null && clock.instant().plus(timeout).isBefore(end)
        ? Optional.empty()
        : Optional.of("the operator's lease does not outlast the command");
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
