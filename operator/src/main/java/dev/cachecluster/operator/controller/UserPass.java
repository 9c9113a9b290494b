package dev.cachecluster.operator.controller;

import dev.cachecluster.api.v1alpha1.CacheCluster;
import dev.cachecluster.api.v1alpha1.CacheUser;
import dev.cachecluster.api.v1alpha1.CacheUserStatus;
import dev.cachecluster.api.v1alpha1.NamespacesFrom;
import dev.cachecluster.operator.apply.Outcome;
import dev.cachecluster.operator.apply.UserExecutor;
import dev.cachecluster.operator.desired.Binding;
import dev.cachecluster.operator.desired.Grant;
import dev.cachecluster.operator.desired.Names;
import dev.cachecluster.operator.desired.UserKey;
import dev.cachecluster.operator.observed.BindingSecret;
import dev.cachecluster.operator.observed.ClusterReport;
import dev.cachecluster.operator.observed.GrantSecret;
import dev.cachecluster.operator.observed.ObjectKey;
import dev.cachecluster.operator.observed.ObservedUser;
import dev.cachecluster.operator.observed.ObservedUser.Place;
import dev.cachecluster.operator.observed.UserReader;
import dev.cachecluster.operator.plan.UserAction;
import dev.cachecluster.operator.plan.UserPlan;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;

/** One pass over one user: read, decide, act, tell. Read it from top to bottom. */
final class UserPass {
  private static final Logger LOG = Logger.getLogger(UserPass.class);
  private static final Duration FIRST_RETRY = Duration.ofMillis(500);
  private static final Duration LONGEST_RETRY = Duration.ofSeconds(30);

  private final PassFactory house;
  private final CacheUser user;
  private final UserSession session;
  private final UserReader reader;
  private final UserKey key;

  UserPass(PassFactory house, CacheUser user, UserSession session, UserReader reader) {
    this.house = house;
    this.user = user;
    this.session = session;
    this.reader = reader;
    this.key = UserDirectory.key(user);
  }

  /**
   * What came of a pass.
   *
   * @param status to be written; empty if it stands already
   */
  record Result(Optional<CacheUserStatus> status, Duration nextLook) {}

  Result run() {
    var names = UserDirectory.clusterOf(user);
    if (!house.office.isHeld() || names.isEmpty()) {
      // The CRD lets no user through that names no cluster, and it cannot be told which it had.
      return new Result(Optional.empty(), FIRST_RETRY);
    }
    session.writtenStatus().ifPresent(user::setStatus);
    var cluster = reader.cluster(names.get().namespace(), names.get().cluster());
    var world = world(names.get(), cluster);
    house.users.sawBinding(key, BindingSecret.tls(world.binding(), user));
    var plan = house.userPlanner.plan(world);
    if (session.isNews(plan.print())) {
      LOG.infof("CacheUser %s: %s", key, plan.print().replace("\n", "; "));
    }
    announce(plan);
    var outcome =
        new UserExecutor(
                house.client,
                user,
                names.get(),
                cluster,
                session.overlay(),
                house.journal,
                house.clock,
                house.random)
            .execute(plan, world);
    if (isGone(plan)) {
      house.users.forgetBinding(key);
      return new Result(Optional.empty(), LONGEST_RETRY);
    }
    var status = house.userStatuses.of(world, plan, outcome);
    return new Result(
        Optional.of(status).filter(next -> !next.equals(user.getStatus())),
        nextLook(plan, outcome));
  }

  private ObservedUser world(Names names, Optional<CacheCluster> cluster) {
    var place =
        cluster
            .map(c -> c.getMetadata().getDeletionTimestamp() == null ? Place.STANDS : Place.GOING)
            .orElse(Place.ABSENT);
    var report = cluster.flatMap(house.reports::of);
    var grantKey = new ObjectKey("Secret", names.grantSecret(key));
    var grant =
        written(grantKey, names.namespace(), reader.secret(names.namespace(), grantKey.name()))
            .filter(GrantSecret::isOne);
    var record = grant.flatMap(GrantSecret::read);
    return new ObservedUser(
        house.clock.instant(),
        user,
        names,
        place,
        place == Place.STANDS && report.filter(UserPass::asksForLabels).isPresent()
            ? reader.namespaceLabels(key.namespace())
            : Map.of(),
        report,
        grant,
        record,
        written(new ObjectKey("Secret", Binding.name(key)), key.namespace(), binding(record)));
  }

  /** They are read live, so only where they decide. */
  private static boolean asksForLabels(ClusterReport report) {
    return report.access().namespaces().from() == NamespacesFrom.SELECTOR;
  }

  /**
   * What lies where the binding should lie. Until one was published there is nothing whose labels
   * somebody could have taken away, and a thousand users that wait ask the API server for nothing;
   * whoever writes the first one asks before.
   */
  private Optional<HasMetadata> binding(Optional<Grant> record) {
    return record.isPresent() && record.get().publishedAt().isEmpty()
        ? reader.labelledSecret(key.namespace(), Binding.name(key))
        : reader.secret(key.namespace(), Binding.name(key));
  }

  /** As it was read, or as this operator wrote it a moment ago. */
  private Optional<HasMetadata> written(
      ObjectKey object, String namespace, Optional<HasMetadata> read) {
    var cached = new HashMap<ObjectKey, HasMetadata>();
    read.ifPresent(secret -> cached.put(object, secret));
    return Optional.ofNullable(session.overlay().over(cached, house.clock.instant()).get(object))
        .filter(secret -> secret.getMetadata().getNamespace().equals(namespace));
  }

  /** Who looks after the servers has to know whether a record vanished or was taken away. */
  private void announce(UserPlan plan) {
    for (var action : plan.actions()) {
      if (action instanceof UserAction.Withdraw) {
        house.users.withdrawn(key);
      } else if (action instanceof UserAction.Begin) {
        house.users.granted(key);
      }
    }
  }

  private static boolean isGone(UserPlan plan) {
    return plan.actions().stream().anyMatch(UserAction.LetGo.class::isInstance);
  }

  private Duration nextLook(UserPlan plan, Outcome outcome) {
    if (outcome instanceof Outcome.Transient(var message)) {
      var failures = session.failed();
      LOG.warnf("CacheUser %s: %s (%d in a row)", key, message, failures);
      var pause = FIRST_RETRY.multipliedBy(1L << Math.min(failures - 1, 6));
      return pause.compareTo(LONGEST_RETRY) > 0 ? LONGEST_RETRY : pause;
    }
    session.succeeded();
    return plan.nextLook();
  }
}
