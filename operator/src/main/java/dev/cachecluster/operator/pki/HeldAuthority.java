package dev.cachecluster.operator.pki;

import dev.cachecluster.operator.acl.Secret;
import java.util.Optional;

/**
 * An authority of which at least the certificate is there. Without its key it can issue nothing
 * more, but what it issued stays good, so it is trusted until it is replaced.
 */
public record HeldAuthority(
    String certificatePem, CertificateView view, Optional<Secret> privateKeyPem) {

  /** Of a certificate that can be read. */
  public HeldAuthority(String certificatePem, Optional<Secret> privateKeyPem) {
    this(certificatePem, CertificateView.parse(certificatePem), privateKeyPem);
  }

  public static HeldAuthority of(KeyPairPem pair) {
    return new HeldAuthority(pair.certificatePem(), Optional.of(pair.privateKeyPem()));
  }

  /** What leaves are issued from, if it can issue. */
  public Optional<KeyPairPem> pair() {
    return privateKeyPem.map(key -> new KeyPairPem(certificatePem, key));
  }
}
