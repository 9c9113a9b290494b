package dev.cachecluster.operator.faults;

import dev.cachecluster.api.v1alpha1.CacheUser;
import dev.cachecluster.operator.controller.CacheClusterReconciler;
import dev.cachecluster.operator.controller.CacheUserReconciler;
import dev.cachecluster.operator.controller.KubernetesJournal;
import dev.cachecluster.operator.controller.OwnImage;
import dev.cachecluster.operator.controller.PassFactory;
import dev.cachecluster.operator.controller.Sessions;
import dev.cachecluster.operator.controller.StatusMeters;
import dev.cachecluster.operator.desired.DesiredStates;
import dev.cachecluster.operator.desired.EngineImages;
import dev.cachecluster.operator.desired.OperatorIdentity;
import dev.cachecluster.operator.mockapi.Kind;
import dev.cachecluster.operator.mockapi.MemoryTransport;
import dev.cachecluster.operator.mockapi.MiniCluster;
import dev.cachecluster.operator.mockapi.MockApi;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.reconciler.BaseControl;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** One cluster with its operator, in memory, moved step by step. */
final class World {
  static final String NAMESPACE = "shop";
  static final String NAME = "cache";
  private static final Duration STEP = Duration.ofMillis(500);

  final TestClock clock;
  final MockApi api;
  final FakeServers servers;
  final MiniCluster cluster;
  final Tap tap;
  final View view;
  final Users users;
  final Wishes wishes;

  /** How requests failed, which the framework tries again; any other fault ends the test. */
  final List<String> thrown = new ArrayList<>();

  /** Which world a thread is in. */
  private static final ThreadLocal<Tap> HERE = new ThreadLocal<>();

  /** One client for all worlds, since to make one takes longer than a whole run. */
  private static final KubernetesClient CLIENT =
      MemoryTransport.client(request -> HERE.get().exchange(request), 0);

  private Operator operator;
  private Duration next = Duration.ZERO;
  int passes;
  private boolean quiet;

  World(long seed) {
    clock = new TestClock();
    api = new MockApi(clock);
    servers = new FakeServers(api, clock, seed);
    cluster = new MiniCluster(api, servers, clock, number -> "10.0.0." + number);
    tap = new Tap(api);
    view = new View(api);
    users = new Users(this);
    wishes = new Wishes(api);
    operator = operator();
    HERE.set(tap);
  }

  private World(World other) {
    clock = other.clock.fork();
    api = other.api.fork(clock);
    servers = other.servers.fork(api, clock);
    cluster = other.cluster.fork(api, servers, clock);
    tap = new Tap(api);
    view = new View(api);
    users = new Users(this);
    wishes = new Wishes(api);
    operator = operator();
    HERE.set(tap);
  }

  /** Lets this thread's requests go to this world; making a world does so too. */
  void enter() {
    HERE.set(tap);
  }

  /**
   * Another world that goes on from this one's state, with a new operator. The older one stands
   * still.
   */
  World fork() {
    return new World(this);
  }

  /** A new process of the operator. */
  private record Operator(CacheClusterReconciler clusters, CacheUserReconciler users) {}

  private Operator operator() {
    var meters = new SimpleMeterRegistry();
    var sessions = new Sessions(identity -> new FakeAdmin(servers, clock, tap, identity), clock);
    var passes =
        new PassFactory(
            CLIENT,
            sessions,
            new DesiredStates(
                new EngineImages(Map.of("Valkey.8.1", "docker.io/valkey/valkey:8.1.1")),
                new OperatorIdentity(
                    "cachecluster-system",
                    Map.of("app.kubernetes.io/name", "cachecluster-operator"))),
            new KubernetesJournal(CLIENT, meters, clock, "cachecluster-operator"),
            clock,
            new SecureRandom(),
            OwnImage.of("docker.io/cachecluster/operator:0.1.0"));
    var ofUsers = new CacheUserReconciler(passes, new StatusMeters(meters));
    ofUsers.readUsersFrom(() -> view.users().stream());
    return new Operator(
        new CacheClusterReconciler(sessions, passes, new StatusMeters(meters)), ofUsers);
  }

  /** The operator's process is replaced by a new one, which remembers nothing. */
  void restartOperator() {
    tap.revive();
    operator = operator();
    let(Duration.ofSeconds(1));
  }

  /** One reconciliation of each object, and what the framework does with its result. */
  void pass() {
    passes++;
    next = STEP;
    view.cluster()
        .ifPresent(
            cluster ->
                next =
                    attempt(() -> operator.clusters().reconcile(cluster, view.context(CLIENT)))
                        .orElse(STEP));
    for (var user : view.users()) {
      if (!tap.isDead()) {
        attempt(() -> reconcile(user))
            .filter(delay -> delay.compareTo(next) < 0)
            .ifPresent(delay -> next = delay);
      }
    }
    if (tap.isDead()) {
      restartOperator();
    }
  }

  /** As the framework calls it, which looks at the deletion first. */
  private BaseControl<?> reconcile(CacheUser user) {
    return user.isMarkedForDeletion()
        ? operator.users().cleanup(user, view.context(CLIENT))
        : operator.users().reconcile(user, view.context(CLIENT));
  }

  private Optional<Duration> attempt(Supplier<BaseControl<?>> reconciliation) {
    try {
      return reconciliation.get().getScheduleDelay().map(Duration::ofMillis);
    } catch (KubernetesClientException e) {
      thrown.add(String.valueOf(e));
      return Optional.empty();
    }
  }

  /** Time passes: controllers, kubelets and servers do their work, the operator does nothing. */
  void let(Duration time) {
    for (var left = time; left.isPositive(); left = left.minus(STEP)) {
      clock.advance(left.compareTo(STEP) < 0 ? left : STEP);
      cluster.step();
      servers.step();
    }
  }

  /** A pass, and the time until the next. */
  void round() {
    var before = tap.writes().size();
    pass();
    let(next);
    quiet = tap.writes().size() == before;
  }

  /** Nothing was written in the last round: what is only recorded once it was seen is recorded. */
  boolean isQuiet() {
    return quiet;
  }

  /** Rounds until it holds; the number of rounds, or -1 if it did not within the limit. */
  int until(BooleanSupplier holds, int limit) {
    for (int i = 0; i <= limit; i++) {
      if (holds.getAsBoolean()) {
        return i;
      }
      round();
    }
    return -1;
  }

  /** All is as the spec wants it, by the status and in truth. */
  boolean isSettled() {
    var object = api.look(Kind.CACHE_CLUSTER, NAMESPACE, NAME).orElseThrow();
    var status = object.path("status");
    long primaries = servers.running().stream().filter(FakeServer::isPrimary).count();
    boolean replicasUp = servers.running().stream().allMatch(FakeServer::answersPing);
    return status.path("phase").asText().equals("Running")
        && status.path("observedGeneration").asLong()
            == object.path("metadata").path("generation").asLong()
        && condition("Ready").equals("True")
        && condition("Reconciling").equals("False")
        && condition("Degraded").equals("False")
        && condition("TopologyHealthy").equals("True")
        && primaries == 1
        && replicasUp
        && servers.writable().size() == 1
        && condition("CredentialsApplied").equals("True")
        && Told.isRotated(object)
        && users.areSettled();
  }

  /** Settled, and the probe has proved the network and gone. */
  boolean isProven() {
    return isSettled()
        && condition("NetworkIsolated").equals("True")
        && !Told.isBeingProbed(api)
        && condition("TLSVerified").equals("True")
        && Company.isCarriedOut(this);
  }

  String condition(String type) {
    return Told.condition(api, type, "status");
  }

  String reason(String type) {
    return Told.condition(api, type, "reason");
  }

  String message(String type) {
    return Told.condition(api, type, "message");
  }

  /** What a person would look at when a run went wrong. */
  String report() {
    var text = new StringBuilder();
    text.append("at ").append(clock.instant()).append(" after ").append(passes).append(" passes\n");
    servers
        .running()
        .forEach(server -> text.append("  ").append(FakeServers.summary(server)).append('\n'));
    text.append("  status ")
        .append(
            api.look(Kind.CACHE_CLUSTER, NAMESPACE, NAME)
                .map(object -> object.path("status").toString())
                .orElse("none"))
        .append('\n');
    view.users()
        .forEach(
            user ->
                text.append("  user ")
                    .append(user.getMetadata().getName())
                    .append(' ')
                    .append(user.getMetadata().getAnnotations())
                    .append(' ')
                    .append(user.getStatus())
                    .append('\n'));
    var writes = tap.writes();
    writes
        .subList(Math.max(0, writes.size() - 25), writes.size())
        .forEach(write -> text.append("  wrote ").append(write).append('\n'));
    thrown
        .subList(Math.max(0, thrown.size() - 5), thrown.size())
        .forEach(error -> text.append("  threw ").append(error).append('\n'));
    return text.toString();
  }
}
