package dev.cachecluster.operator.controller;

import dev.cachecluster.api.v1alpha1.CacheCluster;
import dev.cachecluster.operator.status.StatusWriter;
import io.javaoperatorsdk.operator.api.config.informer.Informer;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.MaxReconciliationInterval;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Brings a CacheCluster from what is to what should be, one pass at a time. Here stands only what
 * the framework needs; the pass itself is {@link Pass}.
 *
 * <p>There is no finalizer: everything is owned and goes with its owner, so that neither a cluster
 * nor its namespace can hang on an operator that is away.
 */
// The framework's filter of own writes can swallow a change of the spec that comes at the same
// moment (java-operator-sdk #3398); without comparable versions it is off.
@ControllerConfiguration(
    name = "cachecluster",
    informer = @Informer(comparableResourceVersions = false),
    retry = SteadyRetry.class,
    maxReconciliationInterval =
        @MaxReconciliationInterval(interval = 5, timeUnit = TimeUnit.MINUTES))
public final class CacheClusterReconciler implements Reconciler<CacheCluster> {
  private final Sessions sessions;
  private final PassFactory passes;
  private final StatusMeters meters;

  public CacheClusterReconciler(Sessions sessions, PassFactory passes, StatusMeters meters) {
    this.sessions = sessions;
    this.passes = passes;
    this.meters = meters;
    sessions.onForgotten(meters::forget);
  }

  @Override
  public List<EventSource<?, CacheCluster>> prepareEventSources(
      EventSourceContext<CacheCluster> context) {
    FrameworkTimer.keepThread(context.getControllerConfiguration().getConfigurationService());
    var servers = new ServerEvents();
    sessions.listenOn(servers, context.getPrimaryCache());
    return EventSources.all(context, servers);
  }

  @Override
  public UpdateControl<CacheCluster> reconcile(
      CacheCluster cluster, Context<CacheCluster> context) {
    var session = sessions.of(cluster);
    var result = passes.pass(cluster, session, new CachedReader(cluster, context)).run();
    result.status().ifPresent(status -> meters.show(cluster, status));
    result
        .status()
        .filter(_ -> result.news())
        .ifPresent(
            status -> {
              session.statusUncertain();
              // Not by the framework: it logs a stack trace for every cluster that is deleted
              // meanwhile.
              if (new StatusWriter(context.getClient()).write(cluster, status)) {
                session.statusWritten(status);
              }
            });
    return UpdateControl.<CacheCluster>noUpdate().rescheduleAfter(result.nextLook());
  }
}
