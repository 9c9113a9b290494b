package dev.cachecluster.operator.apply;

import dev.cachecluster.operator.plan.Reason;

/** How doing a plan ended. There are four ways, and no other. */
public sealed interface Outcome {
  /** Everything was done. */
  record Done(boolean changed) implements Outcome {}

  /** Something has to happen elsewhere first; looking again is enough. */
  record Waiting(Reason reason, String message) implements Outcome {}

  /** An error that may pass: tried again, with growing pauses. */
  record Transient(String message) implements Outcome {}

  /** A person has to change something; trying again would change nothing. */
  record Invalid(Reason reason, String message) implements Outcome {}

  default boolean done() {
    return this instanceof Done;
  }
}
