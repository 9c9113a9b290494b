package dev.cachecluster.operator.pki;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * The promise of the rotation kept by a real TLS stack, with two authorities of one name: in every
 * phase each talks with each, whether it has heard of the phase or not yet.
 */
class AuthorityRotationHandshakeTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  private static final Duration DAY = Duration.ofDays(1);
  private static final String HOST = "demo-0-0.demo.shop.svc";

  private final SecureRandom random = new SecureRandom();
  private final Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);

  private KeyPairPem authority() {
    return CertificateAuthority.create(
            "CacheCluster shop/demo", clock, random, DAY.multipliedBy(99))
        .toPem();
  }

  private KeyPairPem leaf(KeyPairPem authority, Leaf leaf) {
    return CertificateAuthority.load(authority, clock, random).issue(leaf);
  }

  private KeyPairPem server(KeyPairPem authority) {
    return leaf(
        authority, new Leaf("demo-0-0", List.of(HOST), Leaf.Usage.MEMBER, DAY.multipliedBy(90)));
  }

  private KeyPairPem client(KeyPairPem authority) {
    return leaf(authority, Leaf.of(new UserIdentity("web", "basket"), DAY.multipliedBy(90)));
  }

  /** Everybody either as of this phase or as of the one before, and with clocks half a day off. */
  private void assertEachTalksWithEach(List<TlsTalk.Side> servers, List<TlsTalk.Side> clients)
      throws Exception {
    for (TlsTalk.Side server : servers) {
      for (TlsTalk.Side client : clients) {
        assertThat(TlsTalk.refusal(server, client, HOST)).isEmpty();
      }
      // Replication: a server that calls another.
      for (TlsTalk.Side other : servers) {
        assertThat(TlsTalk.refusal(server, other, HOST)).isEmpty();
      }
    }
  }

  @Test
  void eachTalksWithEachInEveryPhaseAndBetweenThem() throws Exception {
    KeyPairPem old = authority();
    KeyPairPem fresh = authority();
    AuthorityState steady = AuthorityState.steady(old);
    AuthorityState both = steady.withNext(fresh, Optional.empty());
    AuthorityState reissue = both.switched();
    AuthorityState ended = reissue.withoutPrevious();
    Instant behind = NOW.minus(Duration.ofHours(23));
    var oldServer = new TlsTalk.Side(server(old), steady.bundle(), NOW);
    var oldClient = new TlsTalk.Side(client(old), steady.bundle(), behind);
    var bothServer = new TlsTalk.Side(oldServer.identity(), both.bundle(), behind);
    var bothClient = new TlsTalk.Side(oldClient.identity(), both.bundle(), NOW);
    var newServer = new TlsTalk.Side(server(fresh), reissue.bundle(), NOW);
    var newClient = new TlsTalk.Side(client(fresh), reissue.bundle(), behind);
    var lastServer = new TlsTalk.Side(newServer.identity(), ended.bundle(), behind);
    var lastClient = new TlsTalk.Side(newClient.identity(), ended.bundle(), NOW);

    assertEachTalksWithEach(List.of(oldServer, bothServer), List.of(oldClient, bothClient));
    assertEachTalksWithEach(List.of(bothServer, newServer), List.of(bothClient, newClient));
    assertEachTalksWithEach(List.of(newServer, lastServer), List.of(newClient, lastClient));

    // What each phase waits for is what would fail otherwise.
    assertThat(TlsTalk.refusal(newServer, oldClient, HOST)).isPresent();
    assertThat(TlsTalk.refusal(oldServer, newClient, HOST)).isPresent();
    assertThat(TlsTalk.refusal(lastServer, bothClient, HOST)).isPresent();
    assertThat(TlsTalk.refusal(bothServer, lastClient, HOST)).isPresent();
  }

  /** How the operator proves that a server took the bundle over, before any leaf of it is shown. */
  @Test
  void aClientCertificateOfTheNextAuthorityIsAcceptedOnlyByWhoTrustsIt() throws Exception {
    KeyPairPem old = authority();
    KeyPairPem fresh = authority();
    AuthorityState both = AuthorityState.steady(old).withNext(fresh, Optional.empty());
    var probe =
        new TlsTalk.Side(
            leaf(fresh, new Leaf("probe", List.of(), Leaf.Usage.CLIENT, DAY)), both.bundle(), NOW);
    var told = new TlsTalk.Side(server(old), both.bundle(), NOW);
    var untold = new TlsTalk.Side(told.identity(), old.certificatePem(), NOW);

    assertThat(TlsTalk.refusal(told, probe, HOST)).isEmpty();
    assertThat(TlsTalk.refusal(untold, probe, HOST)).isPresent();
  }
}
