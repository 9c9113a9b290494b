package dev.cachecluster.operator.plan;

import dev.cachecluster.operator.observed.NetworkProof;

/** What can be said of the network's isolation now. */
public sealed interface NetworkClaim {
  /** A run speaks of what stands. */
  record Told(NetworkProof proof) implements NetworkClaim {}

  /** None does yet; the message says what the next one waits for. */
  record Pending(String message) implements NetworkClaim {}

  /** None can begin; the message says why, and what to do about it. */
  record Impossible(String message) implements NetworkClaim {}
}
