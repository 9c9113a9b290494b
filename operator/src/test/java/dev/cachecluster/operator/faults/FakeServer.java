package dev.cachecluster.operator.faults;

import dev.cachecluster.operator.desired.ServerConfig;
import dev.cachecluster.operator.engine.History;
import dev.cachecluster.operator.engine.LineMark;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One server process. What it does follows the engines' replication.c; see {@link FakeServers}. */
final class FakeServer {
  private static final String NONE = "0".repeat(40);
  final String member;
  final String podUid;
  final String runId;
  final Map<String, String> config;
  final Set<String> keys = new LinkedHashSet<>();
  private final Random random;
  final Map<FakeServer, Instant> acknowledged = new HashMap<>();
  String accessList = "";
  final Map<String, Integer> sessions = new HashMap<>();
  private @Nullable FakeTls tls;
  Instant pausedUntil = Instant.MIN;
  @Nullable LineMark mark;
  long syncFull;
  long syncPartial;

  /** Who it was told to follow; null for a primary. */
  @Nullable String primaryHost = ServerConfig.PLACEHOLDER_HOST;

  private String replid;
  long offset;
  private String replid2 = NONE;
  private long replid2Offset = -1;

  /** The first offset that a replica may go on from; -1 without a backlog. */
  private long backlogFrom = -1;

  private @Nullable FakeServer upstream;
  boolean linkUp;
  boolean syncing;
  @Nullable Instant lastIo;
  @Nullable Instant downSince;
  private int nearReplicas;

  FakeServer(String member, String podUid, Map<String, String> config, Random random) {
    this.member = member;
    this.podUid = podUid;
    this.config = new LinkedHashMap<>(config);
    this.random = random;
    this.runId = name();
    this.replid = name();
  }

  /** Copies of servers, with the links between them. */
  static Map<FakeServer, FakeServer> fork(Iterable<FakeServer> servers, Random ownRandom) {
    var forks = new LinkedHashMap<FakeServer, FakeServer>();
    servers.forEach(server -> forks.put(server, new FakeServer(server, ownRandom)));
    forks.forEach(
        (server, fork) -> {
          fork.upstream = server.upstream == null ? null : forks.get(server.upstream);
          server.acknowledged.forEach(
              (replica, at) -> {
                if (forks.containsKey(replica)) {
                  fork.acknowledged.put(Objects.requireNonNull(forks.get(replica)), at);
                }
              });
        });
    return forks;
  }

  private FakeServer(FakeServer other, Random random) {
    this.member = other.member;
    this.podUid = other.podUid;
    this.runId = other.runId;
    this.config = new LinkedHashMap<>(other.config);
    this.random = random;
    this.keys.addAll(other.keys);
    this.accessList = other.accessList;
    this.mark = other.mark;
    this.tls = other.tls;
    this.pausedUntil = other.pausedUntil;
    this.syncFull = other.syncFull;
    this.syncPartial = other.syncPartial;
    this.primaryHost = other.primaryHost;
    this.replid = other.replid;
    this.offset = other.offset;
    this.replid2 = other.replid2;
    this.replid2Offset = other.replid2Offset;
    this.backlogFrom = other.backlogFrom;
    this.linkUp = other.linkUp;
    this.syncing = other.syncing;
    this.lastIo = other.lastIo;
    this.downSince = other.downSince;
    this.nearReplicas = other.nearReplicas;
  }

  /** What outlives a process. */
  record Disk(Set<String> keys, @Nullable LineMark mark) {}

  Disk disk() {
    return new Disk(Set.copyOf(keys), mark);
  }

  /** An append-only file brings back the data and nothing of the history. */
  void reads(Disk disk) {
    keys.addAll(disk.keys());
    mark = disk.mark();
  }

  private String name() {
    return HexFormat.of().toHexDigits(random.nextLong()).repeat(3).substring(0, 40);
  }

  FakeTls tls() {
    return Objects.requireNonNull(tls);
  }

  /** What it has read of its files. */
  void reads(FakeTls files) {
    tls = files;
  }

  boolean isPrimary() {
    return primaryHost == null;
  }

  boolean linkUp() {
    return linkUp;
  }

  /** PING answers MASTERDOWN while there is no primary, or no link to it. */
  boolean answersPing() {
    return isPrimary() || linkUp;
  }

  History history() {
    return new History(replid, offset, replid2, replid2Offset);
  }

  /** REPLICAOF NO ONE. For a primary it does nothing. */
  void promote() {
    if (!isPrimary()) {
      primaryHost = null;
      unlink(Instant.EPOCH);
      downSince = null;
      replid2 = replid;
      replid2Offset = offset + 1;
      replid = name();
    }
  }

  /** REPLICAOF host. For what it follows already it does nothing. */
  void follow(String host, Instant now) {
    if (!Objects.equals(primaryHost, host)) {
      primaryHost = host;
      unlink(now);
    }
  }

  void unlink(Instant now) {
    if (linkUp) {
      downSince = now;
    }
    upstream = null;
    linkUp = false;
    syncing = false;
  }

  boolean isLinkedTo(FakeServer other) {
    return upstream == other;
  }

  /** A packet has not come for so long that the link counts as broken. */
  boolean isStale(Instant now) {
    return lastIo != null
        && lastIo
            .plus(number("repl-timeout", 60), java.time.temporal.ChronoUnit.SECONDS)
            .isBefore(now);
  }

  /** Begins to copy from a server that it reaches, or goes on where it was. */
  void connect(FakeServer from, Instant now) {
    if (syncing && upstream == from) {
      syncing = false;
      linkUp = true;
      lastIo = now;
      return;
    }
    upstream = from;
    lastIo = now;
    if (from.continues(this)) {
      from.syncPartial++;
      if (!replid.equals(from.replid)) {
        replid2 = replid;
        replid2Offset = offset + 1;
        replid = from.replid;
      }
      linkUp = true;
      return;
    }
    from.prepareFullCopy();
    syncing = true;
    linkUp = false;
    copy(from);
    replid = from.replid;
    replid2 = NONE;
    replid2Offset = -1;
    if (backlogFrom < 0) {
      backlogFrom = offset;
    }
  }

  private boolean continues(FakeServer replica) {
    boolean known =
        (replica.replid.equals(replid) && replica.offset <= offset)
            || (replica.replid.equals(replid2) && replica.offset < replid2Offset);
    return backlogFrom >= 0 && replica.offset >= backlogFrom && known;
  }

  /**
   * A primary that nobody followed has no backlog; with its first replica it forgets its old name.
   */
  private void prepareFullCopy() {
    syncFull++;
    if (backlogFrom < 0) {
      backlogFrom = offset;
      replid = name();
      replid2 = NONE;
      replid2Offset = -1;
    }
  }

  private void copy(FakeServer from) {
    keys.clear();
    keys.addAll(from.keys);
    mark = from.mark;
    offset = from.offset;
  }

  /** Takes over what its primary has by now, and tells it so. */
  void stream(FakeServer from, Instant now) {
    if (!replid.equals(from.replid)) {
      unlink(now);
      return;
    }
    keys.addAll(from.keys);
    mark = from.mark;
    offset = from.offset;
    lastIo = now;
    from.acknowledged.put(this, now);
  }

  void lost(FakeServer replica) {
    acknowledged.remove(replica);
  }

  /** Once a second a server counts the replicas that are near. */
  void countReplicas(Instant now) {
    var lag = Duration.ofSeconds(number("min-replicas-max-lag", 10));
    acknowledged.keySet().removeIf(replica -> !replica.isLinkedTo(this));
    nearReplicas =
        (int) acknowledged.values().stream().filter(at -> !at.plus(lag).isBefore(now)).count();
    if (!acknowledged.isEmpty() && isPrimary() && number("repl-ping-replica-period", 10) == 1) {
      offset++;
    }
  }

  boolean takesWrites(Instant now) {
    return isPrimary()
        && !now.isBefore(pausedUntil)
        && nearReplicas >= number(ServerConfig.FENCE, 0);
  }

  void write(String key) {
    keys.add(key);
    offset++;
  }

  private long number(String setting, long otherwise) {
    return Optional.ofNullable(config.get(setting)).map(Long::parseLong).orElse(otherwise);
  }
}
