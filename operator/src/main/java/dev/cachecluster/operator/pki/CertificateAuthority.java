package dev.cachecluster.operator.pki;

import dev.cachecluster.operator.acl.Secret;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.stream.Stream;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * A certificate authority of one cluster: EC P-256, one level, leaves only. Time and randomness
 * come from outside.
 */
public final class CertificateAuthority {
  /**
   * Certificates begin that far in the past, for parties whose clock is behind ours. A day, because
   * clocks that are wrong are wrong by zones and dates as well as by minutes.
   */
  static final Duration CLOCK_SKEW = Duration.ofDays(1);

  private static final int SERIAL_BITS = 120;
  private static final String SIGNATURE = "SHA256withECDSA";

  private final X509Certificate certificate;
  private final PrivateKey key;
  private final Clock clock;
  private final SecureRandom random;

  private CertificateAuthority(
      X509Certificate certificate, PrivateKey key, Clock clock, SecureRandom random) {
    this.certificate = certificate;
    this.key = key;
    this.clock = clock;
    this.random = random;
  }

  /** A new authority that signs itself. */
  public static CertificateAuthority create(
      String name, Clock clock, SecureRandom random, Duration lifetime) {
    try {
      KeyPair pair = keyPair(random);
      X500Name subject = commonName(name);
      X509v3CertificateBuilder builder =
          builder(
                  subject,
                  subject,
                  pair.getPublic(),
                  clock.instant(),
                  clock.instant().plus(lifetime),
                  random)
              // Path length 0: no authority can be made below this one.
              .addExtension(Extension.basicConstraints, true, new BasicConstraints(0))
              .addExtension(
                  Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign))
              .addExtension(
                  Extension.subjectKeyIdentifier,
                  false,
                  new JcaX509ExtensionUtils().createSubjectKeyIdentifier(pair.getPublic()));
      return new CertificateAuthority(
          sign(builder, pair.getPrivate(), random), pair.getPrivate(), clock, random);
    } catch (GeneralSecurityException | CertIOException | OperatorCreationException e) {
      throw new IllegalStateException(
          "the certificate authority " + name + " could not be made", e);
    }
  }

  /**
   * An authority as it was stored. Refused if the key is not the certificate's, or if the
   * certificate is none of an authority.
   */
  public static CertificateAuthority load(KeyPairPem stored, Clock clock, SecureRandom random) {
    X509Certificate certificate = Pem.certificates(stored.certificatePem()).getFirst();
    PrivateKey key = Pem.privateKey(stored.privateKeyPem().reveal());
    if (certificate.getBasicConstraints() < 0) {
      throw new IllegalArgumentException(
          "the certificate of "
              + certificate.getSubjectX500Principal()
              + " is not one of an authority");
    }
    if (!PrivateKeys.match(key, certificate.getPublicKey(), random)) {
      throw new IllegalArgumentException(
          "the private key does not belong to the authority's certificate");
    }
    return new CertificateAuthority(certificate, key, clock, random);
  }

  /** What is to be stored, readable by the operator alone. */
  public KeyPairPem toPem() {
    return new KeyPairPem(certificatePem(), Secret.of(Pem.text("PRIVATE KEY", key.getEncoded())));
  }

  /** What everybody may see, and every peer trusts. */
  public String certificatePem() {
    return Pem.text(certificate);
  }

  public CertificateView view() {
    return CertificateView.of(certificate);
  }

  /** A new key pair and its certificate, which never outlives the authority's. */
  public KeyPairPem issue(Leaf leaf) {
    try {
      KeyPair pair = keyPair(random);
      Instant wanted = clock.instant().plus(leaf.lifetime());
      Instant authorityEnd = certificate.getNotAfter().toInstant();
      JcaX509ExtensionUtils identifiers = new JcaX509ExtensionUtils();
      X509v3CertificateBuilder builder =
          builder(
                  X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded()),
                  commonName(leaf.commonName()),
                  pair.getPublic(),
                  clock.instant(),
                  wanted.isBefore(authorityEnd) ? wanted : authorityEnd,
                  random)
              .addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
              .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature))
              .addExtension(Extension.extendedKeyUsage, false, purposes(leaf.usage()))
              .addExtension(
                  Extension.subjectKeyIdentifier,
                  false,
                  identifiers.createSubjectKeyIdentifier(pair.getPublic()))
              .addExtension(
                  Extension.authorityKeyIdentifier,
                  false,
                  identifiers.createAuthorityKeyIdentifier(certificate.getPublicKey()));
      GeneralName[] names =
          Stream.concat(
                  leaf.dnsNames().stream().map(n -> new GeneralName(GeneralName.dNSName, n)),
                  leaf.user().stream()
                      .map(u -> new GeneralName(GeneralName.uniformResourceIdentifier, u.urn())))
              .toArray(GeneralName[]::new);
      if (names.length > 0) {
        builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(names));
      }
      String chain = Pem.text(sign(builder, key, random)) + certificatePem();
      return new KeyPairPem(
          chain, Secret.of(Pem.text("PRIVATE KEY", pair.getPrivate().getEncoded())));
    } catch (GeneralSecurityException | CertIOException | OperatorCreationException e) {
      throw new IllegalStateException(
          "the certificate of " + leaf.commonName() + " could not be issued", e);
    }
  }

  private static ExtendedKeyUsage purposes(Leaf.Usage usage) {
    return switch (usage) {
      case MEMBER ->
          new ExtendedKeyUsage(
              new KeyPurposeId[] {KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth});
      case CLIENT -> new ExtendedKeyUsage(KeyPurposeId.id_kp_clientAuth);
    };
  }

  private static X509v3CertificateBuilder builder(
      X500Name issuer,
      X500Name subject,
      PublicKey key,
      Instant now,
      Instant end,
      SecureRandom random) {
    // Positive and never zero, as X.509 asks for.
    BigInteger serial = new BigInteger(SERIAL_BITS, random).add(BigInteger.ONE);
    Instant begin = now.minus(CLOCK_SKEW).truncatedTo(ChronoUnit.SECONDS);
    return new JcaX509v3CertificateBuilder(
        issuer, serial, Date.from(begin), Date.from(end), subject, key);
  }

  private static X509Certificate sign(
      X509v3CertificateBuilder builder, PrivateKey key, SecureRandom random)
      throws GeneralSecurityException, OperatorCreationException {
    return new JcaX509CertificateConverter()
        .getCertificate(
            builder.build(
                new JcaContentSignerBuilder(SIGNATURE).setSecureRandom(random).build(key)));
  }

  private static KeyPair keyPair(SecureRandom random) throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"), random);
    return generator.generateKeyPair();
  }

  /**
   * Built from parts and not from a text, so that no character of the name can begin another part.
   */
  private static X500Name commonName(String name) {
    return new X500NameBuilder(BCStyle.INSTANCE).addRDN(BCStyle.CN, name).build();
  }
}
