package dev.cachecluster.operator.observed;

import dev.cachecluster.api.v1alpha1.CacheClusterSpec;
import dev.cachecluster.operator.desired.Identities;
import dev.cachecluster.operator.pki.CertificateView;
import dev.cachecluster.operator.pki.TrustBundle;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The world as one pass saw it.
 *
 * @param now when it was seen
 * @param clusterUid of the CacheCluster; what it owns bears it
 * @param children the objects of this cluster in the API, those of nobody else's
 * @param lineage who leads by the record; empty if there is no record, which a live read confirmed
 * @param lastGoodSpec the last spec that passed all checks
 * @param identities the secret material, once all of it was made
 * @param authority the cluster's authorities; empty until the first was made
 * @param foreign what is used of somebody else's certificates
 * @param rotate asks for a new authority, if it is new
 * @param accounts whether the passwords stand
 * @param leaves the certificates that exist, by the name of their Secret
 * @param published what is to be trusted with each of them, by the name of their Secret
 * @param files what lies beside them of others', by the name of their Secret
 * @param members all that are wanted or exist, by ordinal
 * @param storage where the data lies, if it is kept
 * @param network what was known of the network before
 * @param lastSeen when this operator last heard each member; its own start if never
 */
public record ObservedState(
    Instant now,
    String clusterUid,
    Map<ObjectKey, HasMetadata> children,
    Optional<Lineage> lineage,
    Optional<CacheClusterSpec> lastGoodSpec,
    Optional<Identities> identities,
    Optional<ObservedAuthority> authority,
    ObservedForeign foreign,
    Optional<String> rotate,
    AccountsState accounts,
    Map<String, CertificateView> leaves,
    Map<String, TrustBundle> published,
    Map<String, ServerFiles> files,
    List<ObservedMember> members,
    ObservedStorage storage,
    NetworkMemory network,
    Map<String, Instant> lastSeen) {

  public Optional<ObservedMember> member(String name) {
    return members.stream().filter(member -> member.name().equals(name)).findFirst();
  }

  /** All that everybody is to trust: the cluster's own authorities, and those of others in use. */
  public TrustBundle trusted() {
    return authority
        .map(own -> TrustBundle.of(own.state().trusted()).and(foreign.state().issuers()))
        .orElse(TrustBundle.NONE);
  }

  /** Whether a member's server shows and has read what lies in its Secret; empty if not known. */
  public Optional<Boolean> hasRead(ObservedMember member, String secret) {
    return member.tls().isEmpty() || member.view().isEmpty()
        ? Optional.empty()
        : Optional.ofNullable(leaves.get(secret))
            .map(
                own ->
                    files
                        .getOrDefault(secret, ServerFiles.NONE)
                        .areRead(own, member.tls().get(), member.view().get()));
  }

  /** The pods of the probe, by name. */
  public List<ProbePod> probePods() {
    return ProbePod.of(children.values());
  }

  public Optional<HasMetadata> child(HasMetadata like) {
    return Optional.ofNullable(children.get(ObjectKey.of(like)));
  }
}
