package dev.cachecluster.operator.observed;

/** What a run of the probe showed of the network. */
public sealed interface Isolation {
  /** Nobody got where the policies let nobody, and everybody where they do. */
  record Isolated() implements Isolation {}

  /**
   * Somebody got where the policies let nobody.
   *
   * @param message who got where, and what to do about it
   */
  record NotEnforced(String message) implements Isolation {}

  /**
   * It showed nothing.
   *
   * @param message why, and what to do about it
   */
  record NotRun(String message) implements Isolation {}
}
