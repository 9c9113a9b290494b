package dev.cachecluster.operator.engine;

import dev.cachecluster.operator.acl.AclChange;
import dev.cachecluster.operator.acl.AclListing;
import dev.cachecluster.operator.engine.Answer.Cause;
import dev.cachecluster.operator.engine.Answer.Ok;
import dev.cachecluster.operator.engine.Answer.Refused;
import dev.cachecluster.operator.engine.InfoParser.NotUnderstood;
import dev.cachecluster.operator.pki.KeyPairPem;
import io.lettuce.core.RedisException;
import io.lettuce.core.protocol.AsyncCommand;
import io.lettuce.core.resource.ClientResources;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** The admin port over Lettuce. */
public final class LettuceEngineAdmin implements EngineAdmin {
  private static final String[] VIEW_SECTIONS = {
    "server", "replication", "memory", "persistence", "stats", "keyspace"
  };
  private static final Pattern HOST = Pattern.compile("[A-Za-z0-9.:-]{1,253}");

  private final String trusted;
  private final Duration timeout;
  private final Clock clock;
  private final CommandGate gate;
  private final Connections connections;
  private volatile boolean closed;

  /** Reads the answers of a pipeline that was run. */
  private interface Reading<T extends @Nullable Object> {
    T read() throws NotUnderstood;
  }

  /**
   * @param shared threads and timers; not closed here
   * @param timeout of every call as a whole
   * @param gate asked before every call
   */
  public LettuceEngineAdmin(
      ClientResources shared,
      AdminIdentity identity,
      Duration timeout,
      Clock clock,
      CommandGate gate) {
    this.connections = new Connections(shared, identity, timeout);
    this.trusted = identity.caPem();
    this.timeout = timeout;
    this.clock = clock;
    this.gate = gate;
  }

  @Override
  public Answer<ServerView> inspect(MemberAddress member, Set<String> configKeys) {
    Optional<String> wild =
        configKeys.stream().filter(k -> !ProtectedSettings.isName(k)).findFirst();
    if (wild.isPresent()) {
      return new Refused<>("not the name of one setting: " + Messages.brief(wild.get()));
    }
    var info = Commands.info(VIEW_SECTIONS);
    var acl = Commands.aclList();
    if (configKeys.isEmpty()) {
      return call(member, List.of(info, acl), () -> view(info, Map.of(), acl));
    }
    var config = Commands.configGet(configKeys);
    return call(member, List.of(info, config, acl), () -> view(info, config.join(), acl));
  }

  private ServerView view(
      AsyncCommand<String, String, String> info,
      Map<String, String> config,
      AsyncCommand<String, String, List<String>> acl)
      throws NotUnderstood {
    return InfoParser.of(info.join()).view(config, AclListing.of(acl.join()), clock.instant());
  }

  @Override
  public Answer<@Nullable Void> follow(MemberAddress member, String host, int port) {
    if (!HOST.matcher(host).matches() || port < 0 || port > 65535) {
      return new Refused<>("not a host and port to follow: " + Messages.brief(host) + " " + port);
    }
    return act(member, Commands.replicaOf(host, Integer.toString(port)));
  }

  @Override
  public Answer<@Nullable Void> promote(MemberAddress member) {
    return act(member, Commands.replicaOf("NO", "ONE"));
  }

  @Override
  public Answer<Optional<LineMark>> mark(MemberAddress member) {
    var words = Commands.readMark();
    Answer<Optional<LineMark>> answer =
        call(member, List.of(words), () -> LineMark.read(words.join()));
    // The server's own words for that there is none; any other refusal says nothing about it.
    return answer instanceof Refused<?>(var message) && message.contains("Function not found")
        ? new Ok<>(Optional.empty())
        : answer;
  }

  @Override
  public Answer<@Nullable Void> mark(MemberAddress member, LineMark mark, int fence) {
    return act(member, Marking.of(List.of(), mark, fence));
  }

  @Override
  public Answer<@Nullable Void> promote(MemberAddress member, LineMark mark, int fence) {
    return act(member, Marking.of(List.of(Commands.replicaOf("NO", "ONE")), mark, fence));
  }

  @Override
  public Answer<@Nullable Void> unpause(MemberAddress member, LineMark mark, int fence) {
    return act(member, Marking.of(List.of(Commands.unpause()), mark, fence));
  }

  @Override
  public Answer<@Nullable Void> configure(MemberAddress member, Map<String, String> settings) {
    if (settings.isEmpty()) {
      return new Ok<@Nullable Void>(null);
    }
    Optional<String> refusal = ProtectedSettings.refusal(settings);
    if (refusal.isPresent()) {
      return new Refused<>(refusal.get());
    }
    return act(member, Commands.configSet(settings));
  }

  @Override
  public Answer<@Nullable Void> changeAccess(MemberAddress member, AclChange change) {
    var answer =
        act(
            member,
            change.steps().stream()
                .<AsyncCommand<String, String, ?>>map(step -> Commands.acl(step))
                .toList());
    return answer instanceof Refused<?>(var message) && message.startsWith("NOPERM")
        ? act(member, Commands.aclLoad())
        : answer;
  }

  @Override
  public Answer<Map<String, Integer>> sessions(MemberAddress member) {
    var list = Commands.clientList();
    return call(member, List.of(list), () -> ClientList.byUser(list.join()));
  }

  @Override
  public Answer<Long> pauseWrites(MemberAddress member, Duration limit) {
    var info = Commands.info("replication");
    return call(
        member,
        List.of(Commands.pauseWrites(limit), info),
        () -> InfoParser.of(info.join()).history().offset());
  }

  @Override
  public Answer<Long> offset(MemberAddress member) {
    var info = Commands.info("replication");
    return call(member, List.of(info), () -> InfoParser.of(info.join()).history().offset());
  }

  @Override
  public Answer<@Nullable Void> unpause(MemberAddress member) {
    return act(member, Commands.unpause());
  }

  @Override
  public Answer<@Nullable Void> endClientSessions(MemberAddress member) {
    return act(member, List.of(Commands.killType("normal"), Commands.killType("pubsub")));
  }

  @Override
  public Answer<PlaintextProbe> probePlaintext(MemberAddress member) {
    Deadline deadline = Deadline.in(timeout);
    Optional<String> refusal = refusal();
    return refusal.isPresent()
        ? Failures.unreachable(Cause.NOT_SENT, member, refusal.get())
        : PlaintextProber.probe(member, deadline);
  }

  @Override
  public Answer<TlsEvidence> tls(MemberAddress member) {
    return withConnection(member, (connection, deadline) -> new Ok<>(connection.tls(deadline)));
  }

  @Override
  public Answer<TrustProbe> probeTrust(MemberAddress member, KeyPairPem client) {
    Deadline deadline = Deadline.in(timeout);
    Optional<String> refusal = refusal();
    return refusal.isPresent()
        ? Failures.unreachable(Cause.NOT_SENT, member, refusal.get())
        : TrustProber.probe(member, trusted, client, deadline);
  }

  @Override
  public void reconnect(MemberAddress member) {
    connections.drop(member);
  }

  private Answer<@Nullable Void> act(
      MemberAddress member, AsyncCommand<String, String, ?> command) {
    return act(member, List.of(command));
  }

  private Answer<@Nullable Void> act(
      MemberAddress member, List<AsyncCommand<String, String, ?>> commands) {
    return call(member, commands, () -> null);
  }

  private <T extends @Nullable Object> Answer<T> call(
      MemberAddress member, List<AsyncCommand<String, String, ?>> commands, Reading<T> reading) {
    return withConnection(
        member,
        (connection, deadline) -> {
          connection.run(commands, deadline);
          try {
            return new Ok<>(reading.read());
          } catch (NotUnderstood e) {
            return new Refused<>("the answer was not understood: " + e.getMessage());
          }
        });
  }

  private interface Use<T extends @Nullable Object> {
    Answer<T> apply(ServerConnection connection, Deadline deadline)
        throws InterruptedException, ExecutionException, TimeoutException, SSLException;
  }

  private <T extends @Nullable Object> Answer<T> withConnection(MemberAddress member, Use<T> use) {
    Deadline deadline = Deadline.in(timeout);
    Optional<String> refusal = refusal();
    if (refusal.isPresent()) {
      return Failures.unreachable(Cause.NOT_SENT, member, refusal.get());
    }
    ServerConnection connection;
    try {
      connection = connections.get(member);
    } catch (SSLException e) {
      return Failures.answer(e, member, false);
    }
    try {
      return use.apply(connection, deadline);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      connections.discard(member, connection);
      return Failures.unreachable(Cause.CLOSED, member, "interrupted while waiting for the answer");
    } catch (ExecutionException
        | TimeoutException
        | SSLException
        | RedisException
        | CancellationException e) {
      if (connection.givenUp() && !(e instanceof TimeoutException)) {
        return Failures.unreachable(
            Cause.CLOSED,
            member,
            "another call gave the connection up while this one waited on it");
      }
      Answer<T> answer = Failures.answer(e, member, connection.wasEstablished());
      // Only after an error reply is the connection still in step.
      if (!(answer instanceof Refused<T>)) {
        connections.discard(member, connection);
      }
      return answer;
    }
  }

  private Optional<String> refusal() {
    return closed ? Optional.of("the admin port is closed") : gate.refusal(timeout);
  }

  @Override
  public void retain(Collection<MemberAddress> live) {
    connections.retain(live);
  }

  @Override
  public void onDisconnect(Consumer<MemberAddress> listener) {
    connections.onDisconnect(listener);
  }

  @Override
  public void close() {
    closed = true;
    connections.retain(List.of());
  }
}
