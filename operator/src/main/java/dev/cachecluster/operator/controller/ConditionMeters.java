package dev.cachecluster.operator.controller;

import dev.cachecluster.api.v1alpha1.CacheCluster;
import dev.cachecluster.api.v1alpha1.CacheClusterStatus;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The conditions as gauges, {@code cachecluster_condition{namespace,name,type}}: 1 true, 0 false,
 * -1 unknown. As many series as there are conditions, and none of a cluster that is gone.
 * Thread-safe.
 */
public final class ConditionMeters {
  private record Gauge(AtomicInteger value, Meter.Id id) {}

  private final MeterRegistry meters;
  private final Map<ResourceID, Map<String, Gauge>> gauges = new ConcurrentHashMap<>();

  public ConditionMeters(MeterRegistry meters) {
    this.meters = meters;
  }

  void show(CacheCluster cluster, CacheClusterStatus status) {
    var id = ResourceID.fromResource(cluster);
    var standing = gauges.computeIfAbsent(id, _ -> new ConcurrentHashMap<>());
    Objects.requireNonNullElse(
            status.conditions(), List.<io.fabric8.kubernetes.api.model.Condition>of())
        .forEach(
            condition ->
                standing
                    .computeIfAbsent(condition.getType(), type -> register(cluster, type))
                    .value()
                    .set(value(condition.getStatus())));
  }

  void forget(ResourceID cluster) {
    var gone = gauges.remove(cluster);
    if (gone != null) {
      new ArrayList<>(gone.values()).forEach(gauge -> meters.remove(gauge.id()));
    }
  }

  private Gauge register(CacheCluster cluster, String type) {
    var value = new AtomicInteger();
    var tags =
        Tags.of(
            "namespace",
            cluster.getMetadata().getNamespace(),
            "name",
            cluster.getMetadata().getName(),
            "type",
            type);
    return new Gauge(
        value,
        io.micrometer.core.instrument.Gauge.builder(
                "cachecluster.condition", value, AtomicInteger::get)
            .tags(tags)
            .description("1 true, 0 false, -1 unknown")
            .register(meters)
            .getId());
  }

  private static int value(String status) {
    return switch (status) {
      case "True" -> 1;
      case "False" -> 0;
      default -> -1;
    };
  }
}
