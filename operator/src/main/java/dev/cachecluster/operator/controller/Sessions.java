package dev.cachecluster.operator.controller;

import dev.cachecluster.api.v1alpha1.CacheCluster;
import dev.cachecluster.operator.engine.AdminIdentity;
import dev.cachecluster.operator.engine.EngineAdmin;
import io.javaoperatorsdk.operator.api.reconciler.IndexedResourceCache;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of all clusters. A cluster that was deleted and made again is another one.
 * Thread-safe.
 */
public final class Sessions {
  private record Entry(String uid, Session session) {}

  private final Map<ResourceID, Entry> entries = new ConcurrentHashMap<>();
  private final Function<AdminIdentity, EngineAdmin> engines;
  private final Clock clock;
  private volatile Consumer<ResourceID> forgotten = _ -> {};
  private volatile @Nullable ServerEvents events;
  private volatile @Nullable IndexedResourceCache<CacheCluster> clusters;

  public Sessions(Function<AdminIdentity, EngineAdmin> engines, Clock clock) {
    this.engines = engines;
    this.clock = clock;
  }

  /** Has somebody told when a cluster is gone. */
  void onForgotten(Consumer<ResourceID> listener) {
    forgotten = listener;
  }

  void listenOn(ServerEvents servers, IndexedResourceCache<CacheCluster> cache) {
    events = servers;
    clusters = cache;
  }

  Session of(CacheCluster cluster) {
    forgetDeleted();
    var id = ResourceID.fromResource(cluster);
    var uid = cluster.getMetadata().getUid();
    return entries
        .compute(
            id,
            (_, standing) -> {
              if (standing != null && standing.uid().equals(uid)) {
                return standing;
              }
              if (standing != null) {
                standing.session().close();
              }
              return new Entry(uid, new Session(clock.instant()));
            })
        .session();
  }

  /** The connections of a cluster; a broken one wakes the cluster's next pass. */
  EngineAdmin engine(CacheCluster cluster, AdminIdentity identity) {
    var id = ResourceID.fromResource(cluster);
    return of(cluster)
        .engine(
            identity,
            wanted -> {
              var engine = engines.apply(wanted);
              engine.onDisconnect(
                  _ -> {
                    var listener = events;
                    if (listener != null) {
                      listener.disconnected(id);
                    }
                  });
              return engine;
            });
  }

  private void forgetDeleted() {
    var cache = clusters;
    if (cache != null) {
      entries
          .entrySet()
          .removeIf(
              entry -> {
                boolean gone = cache.get(entry.getKey()).isEmpty();
                if (gone) {
                  entry.getValue().session().close();
                  forgotten.accept(entry.getKey());
                }
                return gone;
              });
    }
  }
}
