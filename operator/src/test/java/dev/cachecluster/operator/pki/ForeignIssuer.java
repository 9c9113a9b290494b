package dev.cachecluster.operator.pki;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** What somebody else's issuer may hand out, right or wrong in any single point. */
public final class ForeignIssuer {
  static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  static final Provider BC = new BouncyCastleProvider();

  /** RSA keys take long to make, and which one it is does not matter. */
  private static final Map<String, KeyPair> KEYS = new ConcurrentHashMap<>();

  private static final SecureRandom RANDOM = new SecureRandom();

  /** A certificate, and its key. */
  public record Entity(X509CertificateHolder certificate, PrivateKey key) {
    public String pem() {
      return Pem.text("CERTIFICATE", der());
    }

    byte[] der() {
      try {
        return certificate.getEncoded();
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }

    public String keyPem() {
      return Pem.text("PRIVATE KEY", key.getEncoded());
    }
  }

  private final String subject;
  private Optional<Entity> again = Optional.empty();
  private Optional<Entity> issuer = Optional.empty();
  private String keyKind = "secp256r1";
  private Optional<String> signature = Optional.empty();
  private Instant begin = NOW.minus(Duration.ofDays(10));
  private Instant end = NOW.plus(Duration.ofDays(80));
  private List<String> names = List.of();
  private Optional<BasicConstraints> constraints = Optional.of(new BasicConstraints(false));
  private Optional<Integer> usage = Optional.of(KeyUsage.digitalSignature);
  private List<KeyPurposeId> purposes =
      List.of(KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth);
  private final List<Extension> words = new ArrayList<>();

  private ForeignIssuer(String subject) {
    this.subject = subject;
  }

  public static ForeignIssuer leaf(Entity issuer, String... names) {
    var recipe = new ForeignIssuer("CN=server");
    recipe.issuer = Optional.of(issuer);
    recipe.names = List.of(names);
    return recipe;
  }

  public static ForeignIssuer root(String name) {
    var recipe = new ForeignIssuer("CN=" + name);
    recipe.constraints = Optional.of(new BasicConstraints(true));
    recipe.usage = Optional.of(KeyUsage.keyCertSign | KeyUsage.cRLSign);
    recipe.purposes = List.of();
    recipe.end = NOW.plus(Duration.ofDays(3000));
    return recipe;
  }

  static ForeignIssuer intermediate(Entity issuer, String name) {
    ForeignIssuer recipe = root(name);
    recipe.issuer = Optional.of(issuer);
    return recipe;
  }

  /** The same name and key again, vouched for by another. */
  static Entity reissued(Entity one, Entity by) {
    var recipe = intermediate(by, "");
    recipe.again = Optional.of(one);
    return recipe.make();
  }

  /** Vouches for itself, and is none of an authority. */
  static ForeignIssuer alone(String... names) {
    var recipe = new ForeignIssuer("CN=server");
    recipe.names = List.of(names);
    return recipe;
  }

  ForeignIssuer key(String kind) {
    keyKind = kind;
    return this;
  }

  ForeignIssuer signedWith(String algorithm) {
    signature = Optional.of(algorithm);
    return this;
  }

  public ForeignIssuer from(Instant instant) {
    begin = instant;
    return this;
  }

  public ForeignIssuer until(Instant instant) {
    end = instant;
    return this;
  }

  ForeignIssuer constraints(Optional<BasicConstraints> value) {
    constraints = value;
    return this;
  }

  ForeignIssuer usage(Optional<Integer> bits) {
    usage = bits;
    return this;
  }

  public ForeignIssuer purposes(KeyPurposeId... ids) {
    purposes = List.of(ids);
    return this;
  }

  ForeignIssuer word(ASN1ObjectIdentifier oid, boolean critical, ASN1Encodable value) {
    try {
      return word(oid, critical, value.toASN1Primitive().getEncoded());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Bytes that are an encoding already, right or wrong. */
  ForeignIssuer word(ASN1ObjectIdentifier oid, boolean critical, byte[] encoding) {
    words.add(new Extension(oid, critical, encoding));
    return this;
  }

  public Entity make() {
    try {
      KeyPair pair = pair();
      X500Name self =
          again.map(a -> a.certificate().getSubject()).orElseGet(() -> new X500Name(subject));
      var builder =
          new X509v3CertificateBuilder(
              issuer.map(i -> i.certificate().getSubject()).orElse(self),
              new BigInteger(100, RANDOM).add(BigInteger.ONE),
              Date.from(begin),
              Date.from(end),
              self,
              again
                  .map(a -> a.certificate().getSubjectPublicKeyInfo())
                  .orElseGet(
                      () -> SubjectPublicKeyInfo.getInstance(pair.getPublic().getEncoded())));
      if (constraints.isPresent()) {
        builder.addExtension(Extension.basicConstraints, true, constraints.get());
      }
      if (usage.isPresent()) {
        builder.addExtension(Extension.keyUsage, true, new KeyUsage(usage.get()));
      }
      if (!purposes.isEmpty()) {
        builder.addExtension(
            Extension.extendedKeyUsage,
            false,
            new ExtendedKeyUsage(purposes.toArray(KeyPurposeId[]::new)));
      }
      if (!names.isEmpty()) {
        builder.addExtension(
            Extension.subjectAlternativeName,
            false,
            new GeneralNames(
                names.stream()
                    .map(n -> new GeneralName(GeneralName.dNSName, n))
                    .toArray(GeneralName[]::new)));
      }
      for (Extension word : words) {
        builder.addExtension(word);
      }
      PrivateKey signer = issuer.map(Entity::key).orElse(pair.getPrivate());
      String algorithm =
          signature.orElse(
              signer.getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA");
      return new Entity(
          builder.build(
              new JcaContentSignerBuilder(algorithm)
                  .setProvider(BC)
                  .setSecureRandom(RANDOM)
                  .build(signer)),
          pair.getPrivate());
    } catch (GeneralSecurityException | IOException | OperatorCreationException e) {
      throw new IllegalStateException(e);
    }
  }

  private KeyPair pair() throws GeneralSecurityException {
    if (keyKind.startsWith("RSA")) {
      return KEYS.computeIfAbsent(keyKind, ForeignIssuer::rsa);
    }
    KeyPairGenerator generator =
        KeyPairGenerator.getInstance(keyKind.equals("Ed25519") ? keyKind : "EC", BC);
    if (!keyKind.equals("Ed25519")) {
      generator.initialize(new ECGenParameterSpec(keyKind), RANDOM);
    }
    return generator.generateKeyPair();
  }

  private static KeyPair rsa(String kind) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(Integer.parseInt(kind.substring(3)), RANDOM);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
