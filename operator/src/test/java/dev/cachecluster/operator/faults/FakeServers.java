package dev.cachecluster.operator.faults;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cachecluster.operator.mockapi.Kind;
import dev.cachecluster.operator.mockapi.MockApi;
import dev.cachecluster.operator.mockapi.PodProcesses;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/**
 * Servers that replicate, in memory. They stand in for real ones only here, where a crash or a cut
 * link has to come at one exact step, which no real process allows; that real servers follow the
 * same rules is proved on real servers, in the tests of the engine package and in the stories.
 *
 * <p>The rules kept are those that decisions rest on: a process starts as a replica of a
 * placeholder with a name of its own and no data; a promotion starts a new name and remembers the
 * old one; who follows gets the missing piece if both share the history and the piece is kept, else
 * a full copy in place of all it had; a primary renames its history when its first replica comes
 * and nothing was kept; a fenced primary counts the replicas that were near lately; files are read
 * at start, and again when it is told to.
 */
final class FakeServers implements PodProcesses {
  private final MockApi api;
  private final PodFiles files;
  private final TestClock clock;
  private final Random random;
  private final Map<String, FakeServer> byPod = new LinkedHashMap<>();
  private final Map<String, ObjectNode> pods = new LinkedHashMap<>();

  /** What lies on volumes, by the uid of their claim. */
  private final Map<String, FakeServer.Disk> disks = new LinkedHashMap<>();

  private final Set<Set<String>> cut = new HashSet<>();
  private final Set<String> cutFromOperator = new HashSet<>();

  /** Moments at which two servers would have taken a write. */
  final List<String> splits = new ArrayList<>();

  /** Handshakes of an application or a replica that one side refused. */
  final List<String> refused = new ArrayList<>();

  private FakeApplications applications = new FakeApplications();

  /** Keys that were overwritten by a full copy while nobody else had them. */
  final List<String> overwritten = new ArrayList<>();

  FakeServers(MockApi api, TestClock clock, long seed) {
    this.api = api;
    this.files = new PodFiles(api);
    this.clock = clock;
    this.random = new Random(seed);
  }

  /** Goes on from this one's state, in a world that was forked too. */
  FakeServers fork(MockApi ownApi, TestClock ownClock) {
    var fork = new FakeServers(ownApi, ownClock, byPod.size());
    FakeServer.fork(byPod.values(), fork.random)
        .values()
        .forEach(server -> fork.byPod.put(server.podUid, server));
    fork.pods.putAll(pods);
    fork.disks.putAll(disks);
    fork.applications = applications.fork();
    fork.cut.addAll(cut);
    fork.cutFromOperator.addAll(cutFromOperator);
    return fork;
  }

  // What the kubelet does.

  @Override
  public void start(ObjectNode pod) {
    var uid = pod.path("metadata").path("uid").asText();
    var member = pod.path("metadata").path("labels").path("cachecluster.dev/member").asText();
    pods.put(uid, pod.deepCopy());
    var server = new FakeServer(member, uid, files.settings(pod), random);
    server.accessList = files.accessList(pod);
    server.reads(files.tls(pod));
    disk(pod).map(disks::get).ifPresent(server::reads);
    byPod.put(uid, server);
  }

  @Override
  public boolean runs(String podUid) {
    return byPod.containsKey(podUid);
  }

  @Override
  public boolean ready(String podUid) {
    return Optional.ofNullable(byPod.get(podUid)).map(FakeServer::answersPing).orElse(false);
  }

  @Override
  public void end(String podUid) {
    var gone = byPod.remove(podUid);
    if (gone != null) {
      disk(Objects.requireNonNull(pods.get(podUid))).ifPresent(id -> disks.put(id, gone.disk()));
      running().forEach(server -> server.lost(gone));
    }
  }

  /** The uid of the claim that a pod mounts. */
  private Optional<String> disk(ObjectNode pod) {
    for (var volume : pod.path("spec").path("volumes")) {
      var claim = volume.path("persistentVolumeClaim").path("claimName").asText("");
      if (!claim.isEmpty()) {
        return api.look(Kind.CLAIM, pod.path("metadata").path("namespace").asText(), claim)
            .map(known -> known.path("metadata").path("uid").asText());
      }
    }
    return Optional.empty();
  }

  @Override
  public void refresh(ObjectNode pod) {
    pods.put(pod.path("metadata").path("uid").asText(), pod.deepCopy());
  }

  @Override
  public void retain(Set<String> podUids) {
    List.copyOf(byPod.keySet()).stream().filter(uid -> !podUids.contains(uid)).forEach(this::end);
  }

  // What the test does.

  List<FakeServer> running() {
    return List.copyOf(byPod.values());
  }

  /** One line about a server. */
  static String summary(FakeServer server) {
    var history = server.history();
    return "%s %s %s@%d keys %d %s"
        .formatted(
            server.member,
            server.primaryHost,
            history.replid().substring(0, 6),
            history.offset(),
            server.keys.size(),
            server.linkUp() ? "up" : "down");
  }

  Optional<FakeServer> of(String member) {
    return byPod.values().stream().filter(server -> server.member.equals(member)).findFirst();
  }

  void kill(FakeServer server) {
    end(server.podUid);
  }

  void cut(String one, String other) {
    cut.add(Set.of(one, other));
  }

  void cutFromOperator(String member) {
    cutFromOperator.add(member);
  }

  void heal() {
    cut.clear();
    cutFromOperator.clear();
  }

  boolean isCutFromOperator(String member) {
    return cutFromOperator.contains(member);
  }

  /** Those that would take a write now. */
  List<FakeServer> writable() {
    return running().stream().filter(server -> server.takesWrites(clock.instant())).toList();
  }

  // What the servers do.

  /** A moment passes: links break or come up, and replicas are counted. */
  void step() {
    var now = clock.instant();
    for (var server : running()) {
      if (!server.isPrimary()) {
        link(server);
      }
    }
    flow();
    running().forEach(server -> server.countReplicas(now));
    refused.addAll(applications.look(api, running(), now));
    notice();
  }

  private void link(FakeServer replica) {
    var now = clock.instant();
    var primary = resolve(replica.primaryHost);
    boolean connected =
        primary.isPresent() && !cut.contains(Set.of(replica.member, primary.get().member));
    if (!connected) {
      boolean ended = primary.isEmpty() || !replica.isLinkedTo(primary.get());
      if (ended || replica.isStale(now)) {
        replica.unlink(now);
      }
      return;
    }
    boolean same = replica.isLinkedTo(primary.get());
    if (same && replica.linkUp()) {
      return;
    }
    if (!primary.get().tls().admits(replica.tls())) {
      refused.add(now + ": " + replica.member + " and " + primary.get().member);
      replica.unlink(now);
      return;
    }
    // Who has no data of a primary himself answers MASTERDOWN.
    if (primary.get().answersPing()) {
      if (!same) {
        replica.unlink(now);
      }
      var before = Set.copyOf(replica.keys);
      replica.connect(primary.get(), now);
      before.stream().filter(this::isNowhere).forEach(overwritten::add);
    } else {
      replica.unlink(now);
    }
  }

  private boolean isNowhere(String key) {
    return running().stream().noneMatch(server -> server.keys.contains(key));
  }

  /** Replication proper: what is linked flows, in a chain if need be. */
  void flow() {
    var now = clock.instant();
    for (int hops = 0; hops < 3; hops++) {
      for (var replica : running()) {
        if (replica.linkUp()) {
          resolve(replica.primaryHost)
              .filter(replica::isLinkedTo)
              .filter(primary -> !cut.contains(Set.of(replica.member, primary.member)))
              .ifPresent(primary -> replica.stream(primary, now));
        }
      }
    }
  }

  private Optional<FakeServer> resolve(String host) {
    return host == null
        ? Optional.empty()
        : running().stream().filter(server -> host.startsWith(server.member + "-0.")).findFirst();
  }

  /** A command takes its time, in which replication goes on. */
  void pass(Duration time) {
    clock.advance(time);
    flow();
    notice();
  }

  private void notice() {
    var writable = writable();
    if (writable.size() > 1) {
      splits.add(clock.instant() + ": " + writable.stream().map(FakeServers::summary).toList());
    }
  }

  /** Reads files again, as a server that was told to; false if there is none of such a name. */
  boolean readFiles(FakeServer server, Map<String, String> settings) {
    var read = files.tls(pods.get(server.podUid), settings);
    read.ifPresent(server::reads);
    return read.isPresent();
  }

  Optional<FakeServer> at(String podUid) {
    return Optional.ofNullable(byPod.get(podUid));
  }
}
