package dev.cachecluster.operator.controller;

import dev.cachecluster.api.v1alpha1.CacheCluster;
import dev.cachecluster.api.v1alpha1.CacheClusterSpec;
import dev.cachecluster.api.v1alpha1.CacheClusterStatus;
import dev.cachecluster.api.v1alpha1.Durations;
import dev.cachecluster.api.v1alpha1.SpecCheck;
import dev.cachecluster.api.v1alpha1.SpecProblem;
import dev.cachecluster.api.v1alpha1.TlsSpec;
import dev.cachecluster.operator.acl.SystemUsers;
import dev.cachecluster.operator.apply.Executor;
import dev.cachecluster.operator.apply.Outcome;
import dev.cachecluster.operator.desired.DesiredState;
import dev.cachecluster.operator.desired.Grant;
import dev.cachecluster.operator.desired.Grant.Rotation;
import dev.cachecluster.operator.desired.Names;
import dev.cachecluster.operator.desired.ServerCertificate;
import dev.cachecluster.operator.desired.ServerConfig;
import dev.cachecluster.operator.engine.AdminIdentity;
import dev.cachecluster.operator.engine.EngineAdmin;
import dev.cachecluster.operator.observed.ApiView;
import dev.cachecluster.operator.observed.ClusterReader;
import dev.cachecluster.operator.observed.Lineage;
import dev.cachecluster.operator.observed.NetworkMemory;
import dev.cachecluster.operator.observed.ObjectKey;
import dev.cachecluster.operator.observed.ObservedState;
import dev.cachecluster.operator.observed.Observer;
import dev.cachecluster.operator.observed.OpenSessions;
import dev.cachecluster.operator.observed.Question;
import dev.cachecluster.operator.observed.SecretFields;
import dev.cachecluster.operator.observed.ServerFiles;
import dev.cachecluster.operator.observed.StateRecord;
import dev.cachecluster.operator.plan.Plan;
import dev.cachecluster.operator.plan.Reason;
import dev.cachecluster.operator.plan.UserReport;
import dev.cachecluster.operator.status.NetworkVerdict;
import dev.cachecluster.operator.status.RejectedStatus;
import dev.cachecluster.operator.status.StatusInput;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;

/** One pass over one cluster: read, decide, act, tell. Read it from top to bottom. */
final class Pass {
  private static final Logger LOG = Logger.getLogger(Pass.class);
  private static final Duration FIRST_RETRY = Duration.ofMillis(500);
  private static final Duration NAMESPACE_GOING = Duration.ofSeconds(30);
  private static final String NOT_IN_OFFICE =
      "nothing is done: this operator's lease does not outlast a command";

  private static final Duration LONGEST_RETRY = Duration.ofSeconds(10);

  private final PassFactory house;
  private final CacheCluster cluster;
  private final Session session;
  private final Names names;
  private final Observer observer;

  Pass(PassFactory house, CacheCluster cluster, Session session, ClusterReader reader) {
    this.house = house;
    this.cluster = cluster;
    this.session = session;
    this.names = new Names(cluster.getMetadata().getNamespace(), cluster.getMetadata().getName());
    this.observer = new Observer(names, reader, session.memory(), house.clock, house.random);
  }

  /**
   * What came of a pass.
   *
   * @param status as it is now; empty while the cluster is going
   * @param news whether it is to be written: otherwise it stands so already
   */
  record Result(Optional<CacheClusterStatus> status, boolean news, Duration nextLook) {}

  Result run() {
    if (cluster.getMetadata().getDeletionTimestamp() != null) {
      return new Result(Optional.empty(), false, FIRST_RETRY);
    }
    if (!house.office.isHeld()) {
      if (session.isNews(NOT_IN_OFFICE)) {
        LOG.infof("%s/%s: %s", names.namespace(), names.cluster(), NOT_IN_OFFICE);
      }
      return new Result(Optional.empty(), false, FIRST_RETRY);
    }
    var uid = cluster.getMetadata().getUid();
    var api = observer.api(uid, cached -> session.overlay().over(cached, house.clock.instant()));
    var problems = problems(api.state());
    var spec = problems.isEmpty() ? Optional.of(cluster.getSpec()) : api.state().spec();
    var image = spec.flatMap(known -> api.state().imageFor(known, house.desiredStates.images()));
    if (spec.isEmpty() || image.isEmpty()) {
      return told(RejectedStatus.of(cluster, problems, house.clock.instant()), LONGEST_RETRY);
    }
    var primary = api.state().lineage().map(Lineage::primary);
    var grants = house.users.grants(names, api.grants());
    var wish = new Session.Wish(spec.get(), image.get(), api.identities(), primary, grants);
    var desired = session.desired(wish, this::desired);
    var engine = engine(api);
    var settings = new HashSet<>(desired.settings().keySet());
    settings.add(ServerConfig.FENCE);
    settings.add("repl-ping-replica-period");
    if (api.usesForeign()) {
      settings.add(ServerFiles.TRUSTED);
      settings.add(ServerConfig.ANNOUNCED);
    }
    var users = grants.carried();
    var question =
        new Question(
            desired.members().keySet(),
            settings,
            cluster.rotateToken(),
            desired.serverCertificate(),
            ServerCertificate.needed(names, desired.replicas()),
            house.users.bindings(users),
            users,
            new NetworkMemory(
                house.ownImage.name(),
                NetworkVerdict.read(Optional.ofNullable(withKnownStatus().getStatus()))),
            spec.get().persistence());
    var world = observer.servers(uid, api, question, engine);
    var plan =
        house.planner.plan(
            desired, spec.get(), world, duration(tls(spec.get()).renewBefore()), session.drift());
    log(plan);
    report(spec.get(), desired, world, api.grants(), engine);
    var outcome =
        new Executor(
                house.client,
                cluster,
                engine,
                session.overlay(),
                house.journal,
                house.clock,
                house.random,
                duration(tls(spec.get()).lifetime()),
                house.settle)
            .execute(plan, world);
    if (outcome instanceof Outcome.Waiting(var reason, var _)
        && reason == Reason.NAMESPACE_TERMINATING) {
      return new Result(Optional.empty(), false, NAMESPACE_GOING);
    }
    var status =
        house.statuses.of(
            new StatusInput(withKnownStatus(), desired, world, plan, outcome, problems));
    return told(status, nextLook(plan, outcome));
  }

  private DesiredState desired(Session.Wish wish) {
    return house.desiredStates.of(
        names, wish.spec(), wish.image(), wish.identities(), wish.primary(), wish.grants());
  }

  /** The API server checked this too; what it let through before a rule came is caught here. */
  private List<SpecProblem> problems(StateRecord state) {
    var problems = new ArrayList<>(SpecCheck.check(cluster));
    if (problems.isEmpty()
        && state.imageFor(cluster.getSpec(), house.desiredStates.images()).isEmpty()) {
      problems.add(
          new SpecProblem(
              "spec.engine.version",
              "spec.engine.version "
                  + cluster.getSpec().engine().version()
                  + " is not known; set one of "
                  + house.desiredStates.images().known()
                  + ", or name the image in spec.engine.image"));
    }
    return problems;
  }

  /** Who waits for old sessions to end has to know of them; else nobody is asked. */
  private void report(
      CacheClusterSpec spec,
      DesiredState desired,
      ObservedState world,
      List<Grant> grants,
      Optional<EngineAdmin> engine) {
    boolean draining =
        grants.stream().anyMatch(grant -> grant.rotation() instanceof Rotation.Draining);
    var sessions =
        draining
            ? engine.flatMap(port -> OpenSessions.of(world, port))
            : Optional.<Map<String, Integer>>empty();
    house.reports.publish(
        cluster, UserReport.of(desired, spec, world, grants, session.drift(), sessions));
  }

  /** The connections to the servers, once the operator has a name and a password there. */
  private Optional<EngineAdmin> engine(ApiView api) {
    var secret =
        Optional.ofNullable(api.children().get(new ObjectKey("Secret", names.operatorTlsSecret())));
    var certificate = SecretFields.text(secret, SecretFields.CERTIFICATE);
    var key = SecretFields.secret(secret, SecretFields.KEY);
    return api.identities().isPresent()
            && api.hasCertificate(names.operatorTlsSecret())
            && certificate.isPresent()
            && key.isPresent()
        ? Optional.of(
            house.sessions.engine(
                cluster,
                new AdminIdentity(
                    SystemUsers.OPERATOR,
                    api.identities().get().operatorPassword(),
                    api.identities().get().caPem(),
                    certificate.get(),
                    key.get())))
        : Optional.empty();
  }

  private static TlsSpec tls(CacheClusterSpec spec) {
    return spec.tls() == null ? TlsSpec.DEFAULTS : spec.tls();
  }

  private static Duration duration(String text) {
    return Durations.parse(text).orElseThrow();
  }

  private void log(Plan plan) {
    if (session.isNews(plan.summary())) {
      LOG.infof("%s/%s: %s", names.namespace(), names.cluster(), plan.summary());
    }
  }

  private CacheCluster withKnownStatus() {
    session.writtenStatus().ifPresent(cluster::setStatus);
    return cluster;
  }

  private Result told(CacheClusterStatus status, Duration nextLook) {
    return new Result(Optional.of(status), !status.equals(withKnownStatus().getStatus()), nextLook);
  }

  /** Failures in a row are tried again ever more slowly; who leads is never left alone for long. */
  private Duration nextLook(Plan plan, Outcome outcome) {
    if (outcome instanceof Outcome.Transient(var message)) {
      var failures = session.failed();
      LOG.warnf("%s/%s: %s (%d in a row)", names.namespace(), names.cluster(), message, failures);
      var pause = FIRST_RETRY.multipliedBy(1L << Math.min(failures - 1, 6));
      return pause.compareTo(LONGEST_RETRY) > 0 ? LONGEST_RETRY : pause;
    }
    session.succeeded();
    return plan.nextLook();
  }
}
