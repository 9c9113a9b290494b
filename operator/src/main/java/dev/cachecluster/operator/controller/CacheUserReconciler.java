package dev.cachecluster.operator.controller;

import dev.cachecluster.api.v1alpha1.CacheCluster;
import dev.cachecluster.api.v1alpha1.CacheUser;
import dev.cachecluster.operator.desired.Labels;
import dev.cachecluster.operator.desired.Names;
import dev.cachecluster.operator.desired.UserKey;
import dev.cachecluster.operator.plan.UserPlanner;
import dev.cachecluster.operator.status.StatusWriter;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.javaoperatorsdk.operator.api.config.informer.Informer;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.Cleaner;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.DeleteControl;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.MaxReconciliationInterval;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Grants an application its access, and takes it away. Here stands only what the framework needs;
 * the pass itself is {@link UserPass}.
 *
 * <p>The framework sets the finalizer, without which it would not call for users that are being
 * deleted; that it goes, when the servers have forgotten the user or when there are none, is the
 * plan's own matter.
 */
@ControllerConfiguration(
    name = "cacheuser",
    informer = @Informer(comparableResourceVersions = false),
    retry = SteadyRetry.class,
    finalizerName = UserPlanner.FINALIZER,
    // An annotation asks for other credentials, and counts in no generation.
    generationAwareEventProcessing = false,
    maxReconciliationInterval =
        @MaxReconciliationInterval(interval = 5, timeUnit = TimeUnit.MINUTES))
public final class CacheUserReconciler implements Reconciler<CacheUser>, Cleaner<CacheUser> {
  /** A user's certificate is the cluster's; its own pass hears of it by a report. */
  private static final String SECRETS =
      "%s=%s,%s,%s!=%s"
          .formatted(
              Labels.MANAGED_BY, Labels.OPERATOR, Labels.USER, Labels.PART, Labels.CERTIFICATE);

  private final PassFactory passes;
  private final StatusMeters meters;
  private final Map<ResourceID, UserSession> sessions = new ConcurrentHashMap<>();

  public CacheUserReconciler(PassFactory passes, StatusMeters meters) {
    this.passes = passes;
    this.meters = meters;
  }

  @Override
  public List<EventSource<?, CacheUser>> prepareEventSources(
      EventSourceContext<CacheUser> context) {
    var cache = context.getPrimaryCache();
    readUsersFrom(() -> cache.list(_ -> true));
    var events = new UserEvents();
    passes.reports.listen((cluster, concerned) -> wake(events, cluster, concerned));
    var secrets =
        InformerEventSourceConfiguration.from(Secret.class, CacheUser.class)
            .withName("UserSecret")
            .withLabelSelector(SECRETS)
            .withSecondaryToPrimaryMapper(CacheUserReconciler::user)
            .withNamespacesInheritedFromController()
            .build();
    var clusters =
        InformerEventSourceConfiguration.from(CacheCluster.class, CacheUser.class)
            .withName("UserCluster")
            .withSecondaryToPrimaryMapper(this::usersOf)
            // Without it a user finds in the cache only a cluster that changed after itself.
            .withPrimaryToSecondaryMapper(CacheUserReconciler::clusterOf)
            .withOnUpdateFilter(CacheUserReconciler::asksForOther)
            .withNamespacesInheritedFromController()
            .build();
    return List.of(
        new InformerEventSource<>(secrets, context),
        new InformerEventSource<>(clusters, context),
        events);
  }

  /** Where all CacheUsers are known. */
  public void readUsersFrom(Supplier<Stream<CacheUser>> users) {
    passes.users.readFrom(users);
  }

  private void wake(UserEvents events, Names cluster, Optional<Set<UserKey>> concerned) {
    concerned
        .orElseGet(
            () ->
                passes.users.of(cluster).stream()
                    .map(UserDirectory::key)
                    .collect(Collectors.toSet()))
        .forEach(events::concern);
  }

  private static Set<ResourceID> user(HasMetadata secret) {
    var labels = secret.getMetadata().getLabels();
    return labels == null
            || !labels.containsKey(Labels.USER)
            || !labels.containsKey(Labels.USER_NAMESPACE)
        ? Set.of()
        : Set.of(new ResourceID(labels.get(Labels.USER), labels.get(Labels.USER_NAMESPACE)));
  }

  private static Set<ResourceID> clusterOf(CacheUser user) {
    return UserDirectory.clusterOf(user).stream()
        .map(names -> new ResourceID(names.cluster(), names.namespace()))
        .collect(Collectors.toSet());
  }

  private Set<ResourceID> usersOf(CacheCluster cluster) {
    var names = new Names(cluster.getMetadata().getNamespace(), cluster.getMetadata().getName());
    return passes.users.of(names).stream()
        .map(ResourceID::fromResource)
        .collect(Collectors.toSet());
  }

  /**
   * Users look at what a cluster is asked for. What its servers say comes by reports, to those whom
   * it concerns: a status that wakes all of a thousand users is a thousand passes for nothing.
   */
  private static boolean asksForOther(CacheCluster now, CacheCluster before) {
    var one = now.getMetadata();
    var other = before.getMetadata();
    return !Objects.equals(one.getUid(), other.getUid())
        || !Objects.equals(one.getGeneration(), other.getGeneration())
        || !Objects.equals(one.getDeletionTimestamp(), other.getDeletionTimestamp());
  }

  private void forgetDeleted() {
    var known = passes.users.all().map(ResourceID::fromResource).collect(Collectors.toSet());
    sessions.keySet().retainAll(known);
  }

  @Override
  public UpdateControl<CacheUser> reconcile(CacheUser user, Context<CacheUser> context) {
    return UpdateControl.<CacheUser>noUpdate().rescheduleAfter(pass(user, context));
  }

  @Override
  public DeleteControl cleanup(CacheUser user, Context<CacheUser> context) {
    forgetDeleted();
    meters.forget(user);
    return DeleteControl.noFinalizerRemoval().rescheduleAfter(pass(user, context));
  }

  /** The time until the next. */
  private Duration pass(CacheUser user, Context<CacheUser> context) {
    var id = ResourceID.fromResource(user);
    var session =
        sessions.compute(
            id,
            (_, standing) ->
                standing != null && standing.uid().equals(user.getMetadata().getUid())
                    ? standing
                    : new UserSession(user.getMetadata().getUid()));
    var result = passes.pass(user, session, new CachedUserReader(context)).run();
    result
        .status()
        .ifPresent(
            status -> {
              session.statusUncertain();
              if (new StatusWriter(context.getClient()).write(user, status)) {
                session.statusWritten(status);
              }
            });
    if (user.getMetadata().getDeletionTimestamp() == null) {
      result
          .status()
          .or(() -> Optional.ofNullable(user.getStatus()))
          .ifPresent(status -> meters.show(user, status));
    }
    return result.nextLook();
  }
}
