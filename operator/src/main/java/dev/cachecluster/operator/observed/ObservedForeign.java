package dev.cachecluster.operator.observed;

import dev.cachecluster.operator.pki.AuthorityRotation;
import dev.cachecluster.operator.pki.ForeignOffer;
import dev.cachecluster.operator.pki.ForeignState;
import dev.cachecluster.operator.pki.RotationFacts;
import dev.cachecluster.operator.pki.TrustBundle;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What is used of somebody else's certificates, what is offered, and who trusts what of it.
 *
 * @param version of the Secret that was read; empty if there is none
 * @param offer what the spec's source has
 * @param request what stands of the request to cert-manager; empty if it was not looked at
 * @param rotation knows how long applications take
 */
public record ObservedForeign(
    ForeignState state,
    Optional<String> version,
    ForeignOffer offer,
    Optional<ObservedRequest> request,
    AuthorityRotation rotation,
    RotationFacts facts) {
  /** Of a cluster that uses nothing of anybody else's. */
  public static final ObservedForeign NONE =
      new ObservedForeign(
          ForeignState.NONE,
          Optional.empty(),
          new ForeignOffer.Unasked(),
          Optional.empty(),
          AuthorityRotation.withGrace(Duration.ZERO),
          new RotationFacts(Instant.EPOCH, List.of()));

  /** Who does not trust this root yet. */
  public List<String> notTrusting(String rootPem) {
    return rotation.notTrusting(TrustBundle.of(Set.of(rootPem)).fingerprints(), facts);
  }
}
