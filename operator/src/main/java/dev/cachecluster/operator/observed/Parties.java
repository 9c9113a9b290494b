package dev.cachecluster.operator.observed;

import dev.cachecluster.operator.desired.Names;
import dev.cachecluster.operator.desired.UserKey;
import dev.cachecluster.operator.pki.CertificateView;
import dev.cachecluster.operator.pki.RotationFacts.Party;
import dev.cachecluster.operator.pki.TrustBundle;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Everybody who shows a certificate of a cluster's authorities or checks one. Who has no
 * certificate yet gets it together with the bundle and is not waited for.
 *
 * @param leaves the certificates that exist, by the name of their Secret
 * @param published what lies beside them as what is to be trusted
 * @param files what lies beside them of others'
 * @param operatorTrusts what the operator itself trusts in this pass
 */
record Parties(
    Names names,
    Map<String, CertificateView> leaves,
    Map<String, TrustBundle> published,
    Map<String, ServerFiles> files,
    TrustBundle operatorTrusts) {

  List<Party> of(List<ObservedMember> members, Map<UserKey, ObservedBinding> bindings) {
    var parties = new ArrayList<Party>();
    leaf(names.operatorTlsSecret())
        .map(leaf -> Party.seen("operator", operatorTrusts.fingerprints(), leaf.issuerKeyId()))
        .ifPresent(parties::add);
    for (var member : members) {
      leaf(names.memberTlsSecret(member.name()))
          .map(leaf -> server(member, leaf))
          .ifPresent(parties::add);
    }
    bindings.forEach(
        (user, binding) ->
            leaf(names.userTlsSecret(user))
                .flatMap(_ -> binding(user, binding))
                .ifPresent(parties::add));
    return parties;
  }

  private Optional<CertificateView> leaf(String secret) {
    return Optional.ofNullable(leaves.get(secret));
  }

  private Party server(ObservedMember member, CertificateView leaf) {
    var name = "server " + member.name();
    if (member.ended() && member.pod().isEmpty()) {
      // A pod that is made from here on mounts the Secret as it is then.
      var bundle = published.getOrDefault(names.memberTlsSecret(member.name()), TrustBundle.NONE);
      return Party.seen(name, bundle.fingerprints(), leaf.issuerKeyId());
    }
    if (member.view().isEmpty() || member.tls().isEmpty()) {
      return Party.unseen(name);
    }
    var shown = member.tls().get().fingerprint();
    boolean current =
        files
            .getOrDefault(names.memberTlsSecret(member.name()), ServerFiles.NONE)
            .areRead(leaf, member.tls().get(), member.view().get());
    // What it has read before, this operator never saw: it may trust what was dropped since.
    var trusts =
        current || !member.trusts().isEmpty() ? member.trusts() : Set.of("read with " + shown);
    return new Party(
        name,
        trusts,
        current ? Optional.of(leaf.issuerKeyId()) : Optional.empty(),
        Optional.empty());
  }

  private static Optional<Party> binding(UserKey user, ObservedBinding binding) {
    var name = "binding of CacheUser " + user;
    return switch (binding) {
      case ObservedBinding.Unseen() -> Optional.of(Party.unseen(name));
      case ObservedBinding.Absent() -> Optional.empty();
      case ObservedBinding.Standing(var content, var publishedFor) ->
          Optional.of(Party.published(name, content.trusts(), content.shows(), publishedFor));
    };
  }
}
