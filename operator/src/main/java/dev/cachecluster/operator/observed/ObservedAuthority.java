package dev.cachecluster.operator.observed;

import dev.cachecluster.operator.pki.AuthorityRotation;
import dev.cachecluster.operator.pki.AuthorityState;
import dev.cachecluster.operator.pki.RotationFacts;
import dev.cachecluster.operator.pki.RotationPhase;
import dev.cachecluster.operator.pki.RotationStep;
import java.util.List;
import java.util.Optional;

/**
 * The cluster's own authorities, and who trusts and shows what of them.
 *
 * @param state as the Secret has it, completed by what would be lost otherwise
 * @param version of the Secret that was read; empty if there is none, and the state was put
 *     together from what others know
 * @param problems what is damaged in the Secret
 * @param token asks for a rotation, if it is another than the one that was handled
 */
public record ObservedAuthority(
    AuthorityState state,
    Optional<String> version,
    List<String> problems,
    AuthorityRotation rotation,
    RotationFacts facts,
    Optional<String> token) {
  public ObservedAuthority {
    problems = List.copyOf(problems);
  }

  /** What comes next. */
  public RotationStep next() {
    return rotation.next(state, token, facts);
  }

  public RotationPhase phase() {
    return rotation.phase(state, facts);
  }
}
