package dev.cachecluster.operator.faults;

import dev.cachecluster.operator.acl.AclChange;
import dev.cachecluster.operator.acl.AclListing;
import dev.cachecluster.operator.desired.Names;
import dev.cachecluster.operator.desired.ServerConfig;
import dev.cachecluster.operator.engine.AdminIdentity;
import dev.cachecluster.operator.engine.Answer;
import dev.cachecluster.operator.engine.EngineAdmin;
import dev.cachecluster.operator.engine.LineMark;
import dev.cachecluster.operator.engine.MemberAddress;
import dev.cachecluster.operator.engine.PlaintextProbe;
import dev.cachecluster.operator.engine.Role;
import dev.cachecluster.operator.engine.ServerView;
import dev.cachecluster.operator.engine.TlsEvidence;
import dev.cachecluster.operator.engine.TrustProbe;
import dev.cachecluster.operator.pki.CertificateView;
import dev.cachecluster.operator.pki.KeyPairPem;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The admin port to {@link FakeServers}; every command passes the tap, where a crash may wait. */
final class FakeAdmin implements EngineAdmin {
  private static final Duration ROUND_TRIP = Duration.ofMillis(1);
  private static final Duration TIMEOUT = Duration.ofSeconds(2);

  private final FakeServers servers;
  private final TestClock clock;
  private final Tap tap;
  private final AdminIdentity identity;

  /** What the handshakes of the kept connections showed, by process. */
  private final Map<String, String> shown = new HashMap<>();

  FakeAdmin(FakeServers servers, TestClock clock, Tap tap, AdminIdentity identity) {
    this.servers = servers;
    this.clock = clock;
    this.tap = tap;
    this.identity = identity;
  }

  private <T extends @Nullable Object> Answer<T> ask(
      MemberAddress member, Function<FakeServer, T> question) {
    return tap.isDead() ? notSent() : reach(member, question);
  }

  private <T extends @Nullable Object> Answer<T> notSent() {
    return new Answer.Unreachable<>(Answer.Cause.NOT_SENT, "this operator is no more");
  }

  private <T extends @Nullable Object> Answer<T> reach(
      MemberAddress member, Function<FakeServer, T> deed) {
    if (servers.isCutFromOperator(member.member())) {
      servers.pass(TIMEOUT);
      return new Answer.Unreachable<>(
          Answer.Cause.TIMEOUT, member.member() + ": no answer in time");
    }
    servers.pass(ROUND_TRIP);
    var server = servers.at(member.podUid());
    if (server.isEmpty()) {
      return new Answer.Unreachable<>(
          Answer.Cause.CONNECT, member.member() + ": connection refused");
    }
    if (!server.get().tls().admits(FakeTls.of(identity.caPem(), identity.certificatePem()))) {
      return new Answer.Unreachable<>(Answer.Cause.TLS, member.member() + ": bad certificate");
    }
    if (!knows(server.get())) {
      return new Answer.Unreachable<>(Answer.Cause.AUTH, member.member() + ": WRONGPASS");
    }
    return new Answer.Ok<>(deed.apply(server.get()));
  }

  /** The access list in force must have this identity's user with this password. */
  private boolean knows(FakeServer server) {
    return server
        .accessList
        .lines()
        .anyMatch(
            line ->
                line.startsWith("user " + identity.username() + " on ")
                    && line.contains("#" + identity.password().sha256Hex()));
  }

  private Answer<@Nullable Void> tell(
      String command, MemberAddress member, Consumer<FakeServer> deed) {
    return tap.command(
        command + " " + member.member(),
        () ->
            reach(
                member,
                server -> {
                  deed.accept(server);
                  return null;
                }),
        this::notSent);
  }

  @Override
  public Answer<ServerView> inspect(MemberAddress member, Set<String> configKeys) {
    return ask(
        member,
        server ->
            new ServerView(
                server.runId,
                "8.1.1",
                role(server, clock.instant()),
                server.history(),
                false,
                server.keys.size(),
                1000,
                server.syncFull,
                server.syncPartial,
                true,
                configKeys.stream()
                    .filter(server.config::containsKey)
                    .collect(Collectors.toMap(key -> key, server.config::get)),
                AclListing.of(server.accessList.lines().toList()),
                clock.instant()));
  }

  private static Role role(FakeServer server, Instant now) {
    if (server.primaryHost == null) {
      return new Role.Primary(
          server.acknowledged.entrySet().stream()
              .map(
                  entry ->
                      new Role.ReplicaLink(
                          entry.getKey().member,
                          Names.PORT,
                          entry.getKey().linkUp ? "online" : "send_bulk",
                          entry.getKey().offset,
                          Duration.between(entry.getValue(), now).toSeconds()))
              .toList());
    }
    return new Role.Replica(
        server.primaryHost,
        Names.PORT,
        server.linkUp,
        server.syncing,
        server.linkUp || server.downSince == null
            ? -1
            : Duration.between(server.downSince, now).toSeconds(),
        server.linkUp && server.lastIo != null
            ? Duration.between(server.lastIo, now).toSeconds()
            : -1,
        server.offset);
  }

  @Override
  public Answer<@Nullable Void> follow(MemberAddress member, String host, int port) {
    return tell(
        "REPLICAOF " + host.replaceAll("\\..*", "") + " on",
        member,
        server -> server.follow(host, clock.instant()));
  }

  @Override
  public Answer<@Nullable Void> promote(MemberAddress member) {
    return tell("REPLICAOF NO ONE on", member, FakeServer::promote);
  }

  @Override
  public Answer<Optional<LineMark>> mark(MemberAddress member) {
    return ask(member, server -> Optional.ofNullable(server.mark));
  }

  @Override
  public Answer<@Nullable Void> mark(MemberAddress member, LineMark mark, int fence) {
    return tell("FUNCTION LOAD on", member, server -> marked(server, mark, fence));
  }

  @Override
  public Answer<@Nullable Void> promote(MemberAddress member, LineMark mark, int fence) {
    return tell(
        "REPLICAOF NO ONE and FUNCTION LOAD on",
        member,
        server -> {
          server.promote();
          marked(server, mark, fence);
        });
  }

  @Override
  public Answer<@Nullable Void> unpause(MemberAddress member, LineMark mark, int fence) {
    return tell(
        "CLIENT UNPAUSE and FUNCTION LOAD on",
        member,
        server -> {
          server.pausedUntil = clock.instant();
          marked(server, mark, fence);
        });
  }

  private static void marked(FakeServer server, LineMark mark, int fence) {
    server.mark = mark;
    server.config.put(ServerConfig.FENCE, Integer.toString(fence));
  }

  @Override
  public Answer<@Nullable Void> configure(MemberAddress member, Map<String, String> settings) {
    var known = servers.at(member.podUid());
    if (settings.containsKey("tls-cert-file")
        && known.isPresent()
        && !servers.readFiles(known.get(), settings)) {
      return new Answer.Refused<>("ERR no such file");
    }
    return tell(
        "CONFIG SET " + new TreeMap<>(settings) + " on",
        member,
        server -> server.config.putAll(settings));
  }

  @Override
  public Answer<@Nullable Void> changeAccess(MemberAddress member, AclChange change) {
    return tell(
        "ACL " + change.steps() + " on", member, server -> FakeAccess.change(server, change));
  }

  @Override
  public Answer<Map<String, Integer>> sessions(MemberAddress member) {
    return ask(member, server -> Map.copyOf(server.sessions));
  }

  @Override
  public Answer<Long> pauseWrites(MemberAddress member, Duration limit) {
    return tell(
                "CLIENT PAUSE on",
                member,
                server -> server.pausedUntil = clock.instant().plus(limit))
            instanceof Answer.Ok<?>
        ? offset(member)
        : new Answer.Unreachable<>(Answer.Cause.CLOSED, "no answer");
  }

  @Override
  public Answer<Long> offset(MemberAddress member) {
    return ask(member, server -> server.history().offset());
  }

  @Override
  public Answer<@Nullable Void> unpause(MemberAddress member) {
    return tell("CLIENT UNPAUSE on", member, server -> server.pausedUntil = clock.instant());
  }

  @Override
  public Answer<@Nullable Void> endClientSessions(MemberAddress member) {
    return tell("CLIENT KILL TYPE normal on", member, _ -> {});
  }

  @Override
  public Answer<PlaintextProbe> probePlaintext(MemberAddress member) {
    return ask(member, _ -> PlaintextProbe.CLOSED);
  }

  @Override
  public Answer<TlsEvidence> tls(MemberAddress member) {
    return ask(
        member,
        server ->
            new TlsEvidence(
                "TLSv1.3",
                "TLS_AES_256_GCM_SHA384",
                shown.computeIfAbsent(server.runId, _ -> server.tls().shows().fingerprint()),
                clock.instant().plus(Duration.ofDays(90))));
  }

  @Override
  public Answer<TrustProbe> probeTrust(MemberAddress member, KeyPairPem client) {
    return ask(
        member,
        server ->
            server.tls().accepts(CertificateView.parse(client.certificatePem()))
                ? TrustProbe.ACCEPTED
                : TrustProbe.REFUSED);
  }

  @Override
  public void reconnect(MemberAddress member) {
    servers.at(member.podUid()).ifPresent(server -> shown.remove(server.runId));
  }

  @Override
  public void retain(Collection<MemberAddress> live) {}

  @Override
  public void onDisconnect(Consumer<MemberAddress> listener) {}

  @Override
  public void close() {}
}
