package dev.cachecluster.operator.plan;

import dev.cachecluster.operator.desired.LeafRequest;
import dev.cachecluster.operator.observed.ObservedState;
import dev.cachecluster.operator.observed.ServerFiles;
import dev.cachecluster.operator.pki.AuthorityState;
import dev.cachecluster.operator.pki.CertificateView;
import dev.cachecluster.operator.pki.Renewal;
import dev.cachecluster.operator.pki.TrustBundle;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Is each certificate there, of the authority that issues, valid long enough, and beside it what is
 * trusted?
 */
final class Leaves {
  /** A pass also decides who leads, and must come to that soon. */
  private static final int AT_ONCE = 25;

  private static final String TRUST = "whom it trusts has changed";

  private final ObservedState world;
  private final CertificateView issuer;
  private final boolean canIssue;
  private final Set<String> trusted;
  private final Duration renewBefore;

  Leaves(ObservedState world, AuthorityState authority, Duration renewBefore) {
    this.world = world;
    this.issuer = authority.current().view();
    this.canIssue = authority.current().pair().isPresent();
    this.trusted = world.trusted().fingerprints();
    this.renewBefore = renewBefore;
  }

  /**
   * What is to be done about all of these, in this order: what is wrong with the cluster's own,
   * then those of applications, so many at a time; and last, once no application's is left, what
   * only lacks the newest list of whom to trust. So an old authority stands in Secrets of
   * applications no more when the first server gives it up, and a thousand of them hold up nobody.
   */
  List<Action> of(List<LeafRequest> own, List<LeafRequest> applications) {
    var wanted = own.stream().flatMap(leaf -> of(leaf).stream()).toList();
    var urgent = wanted.stream().filter(action -> !isTrustOnly(action)).toList();
    var theirs = applications.stream().flatMap(leaf -> of(leaf).stream()).toList();
    var actions = new ArrayList<Action>(urgent);
    actions.addAll(theirs.subList(0, Math.min(AT_ONCE, theirs.size())));
    if (theirs.size() <= AT_ONCE) {
      wanted.stream().filter(Leaves::isTrustOnly).forEach(actions::add);
    }
    return actions;
  }

  private static boolean isTrustOnly(Action action) {
    return action instanceof Action.PublishTrust
        || (action instanceof Action.IssueLeaf(var _, var why) && why.equals(TRUST));
  }

  /**
   * What is to be done about one. An authority without its key issues nothing: until it is
   * replaced, what it issued is all there is.
   */
  private Optional<Action> of(LeafRequest leaf) {
    var standing = Optional.ofNullable(world.leaves().get(leaf.secretName()));
    var why = standing.map(view -> why(leaf, view)).orElse(Optional.of("missing"));
    if (canIssue && why.isPresent()) {
      return Optional.of(new Action.IssueLeaf(leaf, why.get()));
    }
    return standing.isPresent() && !hasBundle(leaf)
        ? Optional.of(new Action.PublishTrust(leaf.secretName()))
        : Optional.empty();
  }

  private Optional<String> why(LeafRequest leaf, CertificateView standing) {
    if (!issuer.issued(standing)) {
      return Optional.of("another authority issues now");
    }
    if (Renewal.due(standing, issuer, world.now(), renewBefore)) {
      return Optional.of("renewal is due");
    }
    if (!standing.dnsNames().containsAll(leaf.hosts())) {
      return Optional.of("names changed");
    }
    if (!others(leaf).server().map(CertificateView::fingerprint).equals(shown(leaf))) {
      return Optional.of("what its server shows has changed");
    }
    // By its certificate a server shows which files it has read: another bundle, another one.
    return leaf.server() && !hasBundle(leaf) ? Optional.of(TRUST) : Optional.empty();
  }

  /** What its server is to show of somebody else's, if that carries its name. */
  private Optional<String> shown(LeafRequest leaf) {
    return leaf.server()
        ? world
            .foreign()
            .state()
            .shownBy(leaf.hosts().getFirst())
            .map(one -> one.view().fingerprint())
        : Optional.empty();
  }

  private ServerFiles others(LeafRequest leaf) {
    return world.files().getOrDefault(leaf.secretName(), ServerFiles.NONE);
  }

  private boolean hasBundle(LeafRequest leaf) {
    var issuers = world.foreign().state().issuers().fingerprints();
    return others(leaf).issuers().fingerprints().equals(issuers)
        && world
            .published()
            .getOrDefault(leaf.secretName(), TrustBundle.NONE)
            .fingerprints()
            .equals(trusted);
  }
}
