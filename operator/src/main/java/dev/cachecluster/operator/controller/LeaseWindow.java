package dev.cachecluster.operator.controller;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * Until when the operator's own lease lasts, as the API server showed it. Nobody else can hold it
 * before that, so a look is good for as long. It looks by itself instead of being told: a watch
 * that is opened while the API server hangs may never answer, and then no pass would go on for
 * good. Thread-safe; a call lasts no longer than one request.
 */
final class LeaseWindow {
  private static final Logger LOG = Logger.getLogger(LeaseWindow.class);

  /** Looked at again this long before it would be too short: the elector renews every 3 s. */
  private static final Duration EARLY = Duration.ofSeconds(4);

  /** How long one caller waits for another one's look. */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final Supplier<Optional<Lease>> look;
  private final String identity;
  private final Clock clock;
  private final ReentrantLock looking = new ReentrantLock();
  private volatile Instant until = Instant.MIN;

  /**
   * A window that nothing is known of yet.
   *
   * @param look asks the API server, within a bounded time
   * @param identity of this operator, as the elector writes it
   */
  LeaseWindow(Supplier<Optional<Lease>> look, String identity, Clock clock) {
    this.look = look;
    this.identity = identity;
    this.clock = clock;
  }

  /** Whether the lease outlasts a command that may take this long. */
  boolean outlasts(Duration timeout) {
    if (!covers(timeout.plus(EARLY))) {
      renewed(covers(timeout) ? Duration.ZERO : PATIENCE, timeout);
    }
    return covers(timeout);
  }

  /** Forgets it. */
  void close() {
    until = Instant.MIN;
  }

  private boolean covers(Duration time) {
    return clock.instant().plus(time).isBefore(until);
  }

  private void renewed(Duration patience, Duration timeout) {
    try {
      if (!looking.tryLock(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    }
    try {
      if (!covers(timeout.plus(EARLY))) {
        until = look.get().map(this::end).orElse(Instant.MIN);
      }
    } catch (KubernetesClientException e) {
      // What was seen before still holds, and nothing more is known.
      LOG.infof("the lease cannot be read: %s", e.getMessage());
    } finally {
      looking.unlock();
    }
  }

  private Instant end(Lease lease) {
    var spec = lease.getSpec();
    return spec != null && identity.equals(spec.getHolderIdentity()) && spec.getRenewTime() != null
        ? spec.getRenewTime().toInstant().plus(Leader.LEASE_DURATION)
        : Instant.MIN;
  }
}
