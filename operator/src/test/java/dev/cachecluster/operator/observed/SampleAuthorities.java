package dev.cachecluster.operator.observed;

import dev.cachecluster.operator.pki.AuthorityState;
import dev.cachecluster.operator.pki.CertificateAuthority;
import dev.cachecluster.operator.pki.CertificateView;
import dev.cachecluster.operator.pki.HeldAuthority;
import dev.cachecluster.operator.pki.KeyPairPem;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;

/** Authorities of a cluster for tests: an old one, and the one that replaces it. */
public final class SampleAuthorities {
  public static final KeyPairPem OLD = authority(WorldSketch.NOW.minus(Duration.ofDays(400)));
  public static final KeyPairPem NEW = authority(WorldSketch.NOW.minus(Duration.ofHours(1)));

  private static final KeyPairPem AGED = authority(WorldSketch.NOW.minus(Duration.ofDays(2921)));

  private SampleAuthorities() {}

  private static KeyPairPem authority(Instant born) {
    return CertificateAuthority.create(
            "CacheCluster shop/demo",
            Clock.fixed(born, ZoneOffset.UTC),
            new SecureRandom(),
            Duration.ofDays(3650))
        .toPem();
  }

  public static CertificateView view(KeyPairPem pair) {
    return CertificateView.parse(pair.certificatePem());
  }

  /** A leaf as if this authority had issued it. */
  static CertificateView issuedBy(CertificateView authority, CertificateView leaf) {
    return new CertificateView(
        leaf.subject(),
        authority.subject(),
        leaf.notBefore(),
        leaf.notAfter(),
        leaf.dnsNames(),
        false,
        leaf.fingerprint(),
        leaf.serial(),
        leaf.uris(),
        leaf.keyId(),
        authority.keyId());
  }

  /** A state by the words of the stories. */
  public static AuthorityState state(String words) {
    var steady = AuthorityState.steady(OLD);
    var both = steady.withNext(NEW, Optional.of("1"));
    return switch (words) {
      case "steady" -> steady;
      case "aged" -> AuthorityState.steady(AGED);
      case "with a next one" -> both;
      case "with a previous one" -> both.switched();
      case "replaced" -> both.switched().withoutPrevious();
      case "without its key" ->
          new AuthorityState(
              new HeldAuthority(OLD.certificatePem(), Optional.empty()),
              Optional.empty(),
              List.of(),
              Optional.empty());
      default ->
          throw new IllegalArgumentException(
              "authority: steady, aged, with a next one, with a previous one, replaced or without"
                  + " its key");
    };
  }
}
