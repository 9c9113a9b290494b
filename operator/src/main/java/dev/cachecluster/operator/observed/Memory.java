package dev.cachecluster.operator.observed;

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

  public Memory(Instant begin) {
    this.begin = begin;
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
