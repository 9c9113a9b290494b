package dev.cachecluster.operator.observed;

import dev.cachecluster.operator.desired.Grant;
import dev.cachecluster.operator.desired.Identities;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the API says; the servers are asked in a second step, since who may ask stands in here. */
public record ApiView(
    Map<ObjectKey, HasMetadata> children,
    Map<String, Pod> pods,
    StateRecord state,
    AuthorityReading authority,
    ForeignReading foreign,
    AccountsState accounts,
    Optional<Identities> identities,
    List<Grant> grants) {

  /** Whether a certificate and its key can be read there: what is damaged is not shown around. */
  public boolean hasCertificate(String secret) {
    return authority.leaves().containsKey(secret);
  }

  /** Whether servers are to be asked which list of whom to trust they have read. */
  public boolean usesForeign() {
    return foreign.inUse();
  }
}
