package dev.cachecluster.operator.plan;

import java.util.Optional;

/** What one write of the rotation of an authority does. */
public sealed interface AuthorityStep {
  /** What it does, for plan and log. */
  default String text() {
    return switch (this) {
      case MakeNext _ -> "make the next authority in ";
      case Switch _ -> "issue from the next authority in ";
      case DropPrevious _ -> "drop the previous authority from ";
    };
  }

  /**
   * Makes an authority that is to be the next.
   *
   * @param token what asked for it
   */
  record MakeNext(Optional<String> token) implements AuthorityStep {}

  /** The next one issues from now on. */
  record Switch() implements AuthorityStep {}

  /** The previous ones are no longer to be trusted. */
  record DropPrevious() implements AuthorityStep {}
}
