package dev.cachecluster.operator.observed;

import dev.cachecluster.operator.desired.Passwords;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What the operator remembers of one cluster between passes, in memory only. All of it is a hint
 * that makes decisions later, never earlier: an operator that has just started remembers its start.
 * Not thread-safe; the passes of one cluster never overlap.
 */
public final class Memory {
  private final Instant begin;
  private final Map<String, Instant> lastSeen = new HashMap<>();
  private final Map<String, Boolean> plaintextClosed = new HashMap<>();
  private Optional<Passwords> accepted = Optional.empty();

  public Memory(Instant begin) {
    this.begin = begin;
  }

  /**
   * The passwords that a server accepted. They hold against whatever somebody makes of their
   * Secret: servers would know the new ones only after a restart.
   */
  Optional<Passwords> accepted() {
    return accepted;
  }

  void accepted(Passwords passwords) {
    accepted = Optional.of(passwords);
  }

  void heard(String member, Instant at) {
    lastSeen.put(member, at);
  }

  Instant lastSeen(String member) {
    return lastSeen.getOrDefault(member, begin);
  }

  /**
   * The verdict on a process, which holds as long as the process lives: the port is set at its
   * start.
   */
  Optional<Boolean> plaintextClosed(String runId) {
    return Optional.ofNullable(plaintextClosed.get(runId));
  }

  void plaintextClosed(String runId, boolean closed) {
    if (plaintextClosed.size() > 64) {
      plaintextClosed.clear();
    }
    plaintextClosed.put(runId, closed);
  }
}
