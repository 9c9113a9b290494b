package dev.cachecluster.operator.controller;

import dev.cachecluster.api.v1alpha1.AuthorityStatus;
import dev.cachecluster.api.v1alpha1.CacheCluster;
import dev.cachecluster.api.v1alpha1.CacheClusterStatus;
import dev.cachecluster.api.v1alpha1.CacheUser;
import dev.cachecluster.api.v1alpha1.CacheUserStatus;
import dev.cachecluster.api.v1alpha1.ClusterTlsStatus;
import dev.cachecluster.api.v1alpha1.TlsStatus;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What statuses tell, as gauges; none of an object that is gone.
 *
 * <ul>
 *   <li>{@code cachecluster_condition{namespace,name,type}}: 1 true, 0 false, -1 unknown
 *   <li>{@code
 *       cachecluster_certificate_expiration_timestamp_seconds{kind,namespace,name,certificate}}:
 *       when it ends, in seconds since 1970; the certificate is that of the {@code servers}, of the
 *       {@code authority}, or of a {@code client}
 * </ul>
 *
 * <p>Thread-safe.
 */
public final class StatusMeters {
  private record Owner(String kind, ResourceID id) {}

  /** One line of a metric. */
  private record Series(String metric, String label, String value) {}

  private record Shown(AtomicLong figure, Meter.Id id) {}

  private static final String CONDITION = "cachecluster.condition";
  private static final String EXPIRATION = "cachecluster.certificate.expiration.timestamp";

  private final MeterRegistry meters;
  private final Map<Owner, Map<Series, Shown>> owners = new ConcurrentHashMap<>();

  public StatusMeters(MeterRegistry meters) {
    this.meters = meters;
  }

  void show(CacheCluster cluster, CacheClusterStatus status) {
    var owner = owner(cluster);
    Objects.requireNonNullElse(status.conditions(), List.<Condition>of())
        .forEach(condition -> show(owner, condition));
    var tls = Optional.ofNullable(status.tls());
    show(owner, "servers", tls.map(ClusterTlsStatus::notAfter));
    show(owner, "authority", tls.map(ClusterTlsStatus::authority).map(AuthorityStatus::notAfter));
  }

  void show(CacheUser user, CacheUserStatus status) {
    show(owner(user), "client", Optional.ofNullable(status.tls()).map(TlsStatus::notAfter));
  }

  void forget(CacheUser user) {
    forget(owner(user));
  }

  void forget(ResourceID cluster) {
    forget(new Owner(HasMetadata.getKind(CacheCluster.class), cluster));
  }

  private void forget(Owner owner) {
    var gone = owners.remove(owner);
    if (gone != null) {
      gone.values().forEach(shown -> meters.remove(shown.id()));
    }
  }

  private static Owner owner(HasMetadata object) {
    return new Owner(object.getKind(), ResourceID.fromResource(object));
  }

  private void show(Owner owner, Condition condition) {
    var series = new Series(CONDITION, "type", condition.getType());
    long figure =
        switch (condition.getStatus()) {
          case "True" -> 1;
          case "False" -> 0;
          default -> -1;
        };
    shown(owner, series).figure().set(figure);
  }

  /** One that is not told any more is not shown any more: an old figure would be a wrong one. */
  private void show(Owner owner, String certificate, Optional<String> end) {
    var series = new Series(EXPIRATION, "certificate", certificate);
    if (end.isPresent()) {
      shown(owner, series).figure().set(Instant.parse(end.get()).getEpochSecond());
    } else {
      Optional.ofNullable(owners.get(owner))
          .map(standing -> standing.remove(series))
          .ifPresent(shown -> meters.remove(shown.id()));
    }
  }

  private Shown shown(Owner owner, Series series) {
    return owners
        .computeIfAbsent(owner, _ -> new ConcurrentHashMap<>())
        .computeIfAbsent(series, _ -> register(owner, series));
  }

  private Shown register(Owner owner, Series series) {
    var figure = new AtomicLong();
    var gauge =
        Gauge.builder(series.metric(), figure, AtomicLong::get)
            .tag("namespace", owner.id().getNamespace().orElse(""))
            .tag("name", owner.id().getName())
            .tag(series.label(), series.value());
    var described =
        series.metric().equals(CONDITION)
            ? gauge.description("1 true, 0 false, -1 unknown")
            : gauge
                .tag("kind", owner.kind())
                .baseUnit("seconds")
                .description("when the certificate ends, in seconds since 1970");
    return new Shown(figure, described.register(meters).getId());
  }
}
