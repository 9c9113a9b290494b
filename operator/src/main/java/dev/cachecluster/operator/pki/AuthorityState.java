package dev.cachecluster.operator.pki;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The authorities of one cluster, as its Secret holds them. Every change of it is one write of that
 * Secret.
 *
 * @param current issues all leaves
 * @param next everybody is to trust it before it issues any
 * @param previous certificates that are still trusted because leaves of them may still be shown;
 *     one after a rotation, more only after a loss
 * @param handled the last token that asked for a rotation and got one
 */
public record AuthorityState(
    HeldAuthority current,
    Optional<KeyPairPem> next,
    List<String> previous,
    Optional<String> handled) {
  public AuthorityState {
    previous = List.copyOf(previous);
  }

  /** At rest. */
  public static AuthorityState steady(KeyPairPem pair) {
    return new AuthorityState(
        HeldAuthority.of(pair), Optional.empty(), List.of(), Optional.empty());
  }

  /**
   * From what others still know, when the Secret is lost: all that they trust, and no key. The
   * rotation makes a new authority from there without anybody being cut off.
   *
   * @param known certificates of the cluster's own authorities, as they stand in the Secrets of
   *     servers, operator and bindings; none if the cluster has none yet
   */
  public static Optional<AuthorityState> recovered(Collection<String> known) {
    List<String> newestFirst = oldestFirst(known.stream()).reversed();
    return newestFirst.stream()
        .findFirst()
        .map(
            newest ->
                new AuthorityState(
                    new HeldAuthority(newest, Optional.empty()),
                    Optional.empty(),
                    newestFirst.subList(1, newestFirst.size()),
                    Optional.empty()));
  }

  /** All that everybody must trust, the oldest first: it stays as it is when the roles change. */
  public List<String> trusted() {
    return oldestFirst(
        Stream.of(
                Stream.of(current.certificatePem()),
                next.stream().map(KeyPairPem::certificatePem),
                previous.stream())
            .flatMap(all -> all));
  }

  /** The same as one PEM text. */
  public String bundle() {
    return String.join("", trusted());
  }

  /** The same as SHA-256 fingerprints. */
  public Set<String> fingerprints() {
    return trusted().stream()
        .map(pem -> CertificateView.parse(pem).fingerprint())
        .collect(Collectors.toUnmodifiableSet());
  }

  /** Whether the current authority issued it; if not, it is to be issued anew. */
  public boolean issued(CertificateView leaf) {
    return current.view().issued(leaf);
  }

  /** With another next authority, in place of any that was to be next. */
  public AuthorityState withNext(KeyPairPem pair, Optional<String> token) {
    return new AuthorityState(current, Optional.of(pair), previous, token.or(() -> handled));
  }

  /** The next authority issues from now on; who issued until now is still trusted. */
  public AuthorityState switched() {
    KeyPairPem following =
        next.orElseThrow(() -> new IllegalStateException("there is no next authority"));
    var before = new ArrayList<>(previous);
    before.add(current.certificatePem());
    return new AuthorityState(HeldAuthority.of(following), Optional.empty(), before, handled);
  }

  public AuthorityState withoutPrevious() {
    return new AuthorityState(current, next, List.of(), handled);
  }

  /** With more certificates that are still trusted. */
  AuthorityState alsoTrusting(Collection<String> certificates) {
    List<String> known = trusted();
    var more = certificates.stream().filter(pem -> !known.contains(pem));
    return new AuthorityState(
        current, next, oldestFirst(Stream.concat(previous.stream(), more)), handled);
  }

  private static List<String> oldestFirst(Stream<String> certificates) {
    var views = new LinkedHashMap<String, CertificateView>();
    certificates.forEach(pem -> views.putIfAbsent(pem, CertificateView.parse(pem)));
    return views.entrySet().stream()
        .sorted(
            Map.Entry.comparingByValue(
                Comparator.comparing(CertificateView::notBefore)
                    .thenComparing(CertificateView::fingerprint)))
        .map(Map.Entry::getKey)
        .toList();
  }
}
