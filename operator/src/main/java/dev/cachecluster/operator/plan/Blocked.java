package dev.cachecluster.operator.plan;

/**
 * Why a stage goes no further in this pass.
 *
 * @param stage which one
 * @param message for a person: what is wrong, and what to do about it; no changing numbers
 */
public record Blocked(StageName stage, Reason reason, String message) {
  /** The stages, in the order in which they guard each other. */
  public enum StageName {
    TLS,
    ACL,
    NETWORK,
    STORAGE,
    WORKLOAD,
    TOPOLOGY,
    ROLLOUT
  }

  @Override
  public String toString() {
    return stage + " waits, " + reason.text() + ": " + message;
  }
}
