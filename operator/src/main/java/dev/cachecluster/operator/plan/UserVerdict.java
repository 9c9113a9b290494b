package dev.cachecluster.operator.plan;

/** How it stands with a CacheUser. */
public sealed interface UserVerdict {
  /** Its credentials are accepted, its path is open, and the binding holds both. */
  record Bound() implements UserVerdict {
    @Override
    public String toString() {
      return "bound";
    }
  }

  /** Something is under way, or waits for something that comes by itself. */
  record Waiting(Reason reason, String message) implements UserVerdict {
    @Override
    public String toString() {
      return "waits, " + reason.text() + ": " + message;
    }
  }

  /** What the spec asks for is not granted, until somebody changes something. */
  record Refused(Reason reason, String message) implements UserVerdict {
    @Override
    public String toString() {
      return "refused, " + reason.text() + ": " + message;
    }
  }
}
