package dev.cachecluster.operator.controller;

import dev.cachecluster.api.v1alpha1.CacheCluster;
import dev.cachecluster.operator.desired.Names;
import dev.cachecluster.operator.desired.UserKey;
import dev.cachecluster.operator.observed.ClusterReport;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;

/**
 * What the passes over clusters have to say to the passes over users. In memory, and made anew by
 * each pass. Thread-safe.
 */
public final class Reports {
  private final Map<Names, ClusterReport> reports = new ConcurrentHashMap<>();
  private volatile BiConsumer<Names, Optional<Set<UserKey>>> listener = (_, _) -> {};

  /** Has somebody told whom a new report concerns; an empty set means all users of the cluster. */
  void listen(BiConsumer<Names, Optional<Set<UserKey>>> concerned) {
    listener = concerned;
  }

  void publish(CacheCluster cluster, ClusterReport report) {
    var names = names(cluster);
    var before = reports.put(names, report);
    if (before == null || concernsAll(before, report)) {
      listener.accept(names, Optional.empty());
      return;
    }
    var changed = new HashSet<UserKey>();
    var all = new HashSet<>(before.users().keySet());
    all.addAll(report.users().keySet());
    for (var user : all) {
      if (!Objects.equals(before.users().get(user), report.users().get(user))) {
        changed.add(user);
      }
    }
    if (!changed.isEmpty()) {
      listener.accept(names, Optional.of(changed));
    }
  }

  private static boolean concernsAll(ClusterReport before, ClusterReport report) {
    return !before.clusterUid().equals(report.clusterUid())
        || before.engine() != report.engine()
        || !before.access().equals(report.access())
        || !before.caPem().equals(report.caPem());
  }

  Optional<ClusterReport> of(CacheCluster cluster) {
    return Optional.ofNullable(reports.get(names(cluster)))
        .filter(report -> report.clusterUid().equals(cluster.getMetadata().getUid()));
  }

  void forget(Names cluster) {
    reports.remove(cluster);
  }

  private static Names names(CacheCluster cluster) {
    return new Names(cluster.getMetadata().getNamespace(), cluster.getMetadata().getName());
  }
}
