package dev.cachecluster.operator.observed;

import dev.cachecluster.operator.desired.Names;
import dev.cachecluster.operator.pki.ForeignState;
import dev.cachecluster.operator.pki.TrustBundle;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.security.SecureRandom;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;

/**
 * What the API has of somebody else's certificates in this cluster.
 *
 * @param state as its Secret has it; what still lies beside certificates, if that is lost
 * @param version of the Secret, if there is one
 * @param all roots of others that anybody of the cluster may trust by now
 */
record ForeignReading(ForeignState state, Optional<String> version, TrustBundle all) {
  static ForeignReading of(
      Map<ObjectKey, HasMetadata> children,
      Names names,
      Collection<ServerFiles> files,
      SecureRandom random) {
    var beside =
        files.stream().map(ServerFiles::issuers).reduce(TrustBundle.NONE, TrustBundle::and);
    var secret = Optional.ofNullable(children.get(new ObjectKey("Secret", names.foreignSecret())));
    var state =
        secret
            .map(object -> ForeignState.read(SecretFields.data(object), random))
            .orElse(ForeignState.NONE)
            .orTrusting(secret.isEmpty() ? beside : TrustBundle.NONE);
    return new ForeignReading(
        state,
        secret.map(object -> object.getMetadata().getResourceVersion()),
        state.issuers().and(beside));
  }

  /** Whether anything of it is in use, so that servers are asked what they have read. */
  boolean inUse() {
    return version.isPresent() || !all.certificates().isEmpty();
  }
}
