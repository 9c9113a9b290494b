package dev.cachecluster.operator.observed;

import dev.cachecluster.operator.engine.EngineAdmin;
import dev.cachecluster.operator.engine.MemberAddress;
import dev.cachecluster.operator.engine.ServerView;
import dev.cachecluster.operator.engine.TlsEvidence;
import dev.cachecluster.operator.engine.TrustProbe;
import dev.cachecluster.operator.pki.AuthorityState;
import dev.cachecluster.operator.pki.CertificateAuthority;
import dev.cachecluster.operator.pki.CertificateView;
import dev.cachecluster.operator.pki.KeyPairPem;
import dev.cachecluster.operator.pki.Leaf;
import dev.cachecluster.operator.pki.Renewal;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Sees whose certificates a server accepts. Its own certificate tells which files it has read: each
 * change of what it is to trust brings another one. That it lets a client of the next authority in
 * is tried, with a client certificate that is made for this and is nobody's.
 */
final class TrustReading {
  private static final Duration PROBE_LIFETIME = Duration.ofDays(1);
  private static final Duration PROBE_RENEWAL = Duration.ofHours(12);

  private final Memory memory;
  private final Clock clock;
  private final SecureRandom random;
  private final Optional<KeyPairPem> next;

  TrustReading(
      Memory memory, Clock clock, SecureRandom random, Optional<AuthorityState> authority) {
    this.memory = memory;
    this.clock = clock;
    this.random = random;
    this.next = authority.flatMap(AuthorityState::next);
  }

  /**
   * What was seen.
   *
   * @param trusts fingerprints of the authorities whose clients the process is known to accept
   * @param acceptsNext what it made of a client of the next one; empty if there is none, if it was
   *     not told of it yet, or if it gave no answer
   */
  record Seen(Set<String> trusts, Optional<Boolean> acceptsNext) {
    static final Seen NOTHING = new Seen(Set.of(), Optional.empty());
  }

  Seen of(
      ServerView view,
      Optional<TlsEvidence> shown,
      AuthorityReading.Files files,
      MemberAddress address,
      EngineAdmin engine) {
    if (shown.isEmpty() || files.leaf().isEmpty()) {
      return Seen.NOTHING;
    }
    var runId = view.runId();
    var published = files.trusted();
    if (!files.areRead(shown.get(), view)) {
      return new Seen(memory.trusts(runId), Optional.empty());
    }
    var fresh =
        next.map(pair -> CertificateView.parse(pair.certificatePem()).fingerprint())
            .filter(published.fingerprints()::contains);
    var accepts = fresh.flatMap(print -> accepts(runId, print, address, engine));
    var trusts = new HashSet<>(published.fingerprints());
    if (!accepts.equals(Optional.of(true))) {
      fresh.ifPresent(trusts::remove);
    }
    memory.trusts(runId, trusts);
    return new Seen(trusts, accepts);
  }

  /** A process that accepted it once goes on to: what it is told to trust next holds both. */
  private Optional<Boolean> accepts(
      String runId, String fingerprint, MemberAddress address, EngineAdmin engine) {
    var proof = runId + " accepts " + fingerprint;
    if (memory.isProven(proof)) {
      return Optional.of(true);
    }
    var accepted =
        engine
            .probeTrust(address, probe(fingerprint))
            .ok()
            .map(verdict -> verdict == TrustProbe.ACCEPTED);
    accepted.filter(yes -> yes).ifPresent(_ -> memory.proven(proof));
    return accepted;
  }

  private KeyPairPem probe(String fingerprint) {
    return memory
        .probe(fingerprint)
        .filter(
            pair ->
                !Renewal.due(
                    CertificateView.parse(pair.certificatePem()), clock.instant(), PROBE_RENEWAL))
        .orElseGet(
            () -> {
              var made =
                  CertificateAuthority.load(next.orElseThrow(), clock, random)
                      .issue(new Leaf("probe", List.of(), Leaf.Usage.CLIENT, PROBE_LIFETIME));
              memory.probe(fingerprint, made);
              return made;
            });
  }
}
