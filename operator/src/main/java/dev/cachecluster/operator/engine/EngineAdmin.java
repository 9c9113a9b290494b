package dev.cachecluster.operator.engine;

import dev.cachecluster.operator.acl.AclChange;
import dev.cachecluster.operator.pki.KeyPairPem;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The admin port to the servers of one cluster. Thread-safe. It keeps one connection per member,
 * opened on first use and again on the first use after it broke; it never reconnects or repeats a
 * command by itself. Every call returns within the timeout, connecting included.
 *
 * <p>A connection ends all other sessions of its user before its first command: two operators never
 * speak to one server at a time.
 */
public interface EngineAdmin extends AutoCloseable {

  /** Role, history, chosen settings and access list, in one round trip. */
  Answer<ServerView> inspect(MemberAddress member, Set<String> configKeys);

  /** Makes the server follow another: REPLICAOF host port. */
  Answer<@Nullable Void> follow(MemberAddress member, String host, int port);

  /** Makes the server a primary: REPLICAOF NO ONE. */
  Answer<@Nullable Void> promote(MemberAddress member);

  /** Which line the server's data belongs to by its own mark; empty if it bears none. */
  Answer<Optional<LineMark>> mark(MemberAddress member);

  /**
   * Writes the mark of a primary, whatever its fence says, and sets the fence to this number of
   * replicas: in one pipeline, so that no client's write comes between. A primary whose fence is
   * closed would refuse the mark until a replica is near, and might then take a write before it.
   */
  Answer<@Nullable Void> mark(MemberAddress member, LineMark mark, int fence);

  /** {@link #promote}, and in the same pipeline {@link #mark(MemberAddress, LineMark, int)}. */
  Answer<@Nullable Void> promote(MemberAddress member, LineMark mark, int fence);

  /** {@link #unpause}, and in the same pipeline {@link #mark(MemberAddress, LineMark, int)}. */
  Answer<@Nullable Void> unpause(MemberAddress member, LineMark mark, int fence);

  /**
   * Changes settings, all or none: one CONFIG SET. Settings that would weaken the server are
   * refused without asking it.
   */
  Answer<@Nullable Void> configure(MemberAddress member, Map<String, String> settings);

  /**
   * Changes users one by one, in the order given, in one pipeline: ACL SETUSER with digests of
   * passwords, ACL DELUSER. The first refusal is the answer; what came before it stands.
   *
   * <p>A server whose list was made by an operator of another version may not let us do that. It is
   * told to read its file, by ACL LOAD: that is as old as the list in force, or newer.
   */
  Answer<@Nullable Void> changeAccess(MemberAddress member, AclChange change);

  /** The number of open sessions by user, those of replicas and of this port included. */
  Answer<Map<String, Integer>> sessions(MemberAddress member);

  /**
   * Holds back writes for at most the limit, and returns the replication offset read after that, in
   * the same pipeline.
   */
  Answer<Long> pauseWrites(MemberAddress member, Duration limit);

  /** The replication offset now. */
  Answer<Long> offset(MemberAddress member);

  /** Ends {@link #pauseWrites}. */
  Answer<@Nullable Void> unpause(MemberAddress member);

  /** Ends the sessions of all clients but this one; replicas stay. */
  Answer<@Nullable Void> endClientSessions(MemberAddress member);

  /**
   * Whether the port answers a command without TLS. Silence is {@code Unreachable(TIMEOUT)}, not a
   * proof.
   */
  Answer<PlaintextProbe> probePlaintext(MemberAddress member);

  /** What the handshake of the kept connection showed; opens it if needed. */
  Answer<TlsEvidence> tls(MemberAddress member);

  /**
   * Whether the server lets a client with this certificate in: a handshake of its own, and a first
   * command without a user. Silence is no refusal.
   */
  Answer<TrustProbe> probeTrust(MemberAddress member, KeyPairPem client);

  /** Closes the kept connection: the next call sees in a handshake what the server shows now. */
  void reconnect(MemberAddress member);

  /** Closes the connections to all other members. */
  void retain(Collection<MemberAddress> live);

  /**
   * Adds a listener that is called, on an I/O thread, when a kept connection was broken by the
   * other side or the network.
   */
  void onDisconnect(Consumer<MemberAddress> listener);

  @Override
  void close();
}
