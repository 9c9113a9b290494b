package dev.cachecluster.operator.pki;

import java.util.List;
import java.util.Optional;

/**
 * What is to be done next about the rotation of an authority. Those that change something are one
 * write of the authority's Secret, and only over the version of it that was judged.
 */
public sealed interface RotationStep {
  /** At rest. */
  record Nothing() implements RotationStep {}

  /**
   * Make an authority that will be next, in place of any that was to be.
   *
   * @param token what asked for it, to be remembered in the same write; empty if its age did
   */
  record MakeNext(Optional<String> token) implements RotationStep {}

  /**
   * Wait until everybody trusts the next one.
   *
   * @param who does not yet, or is not known to; sorted
   */
  record AwaitTrust(List<String> who) implements RotationStep {
    public AwaitTrust {
      who = List.copyOf(who);
    }
  }

  /** The next one becomes current, and the current certificate a previous one. */
  record Switch() implements RotationStep {}

  /**
   * Wait until everybody shows a leaf of the current one.
   *
   * @param who does not yet, or is not known to; sorted
   */
  record AwaitLeaves(List<String> who) implements RotationStep {
    public AwaitLeaves {
      who = List.copyOf(who);
    }
  }

  /** Nobody needs the previous ones any more. */
  record DropPrevious() implements RotationStep {}

  /**
   * Wait until nobody trusts what was dropped. It holds up nothing else.
   *
   * @param who still does; sorted
   */
  record AwaitDrop(List<String> who) implements RotationStep {
    public AwaitDrop {
      who = List.copyOf(who);
    }
  }
}
