package dev.cachecluster.stories.rig;

import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.util.io.pem.PemObject;

/** An authority of which the operator knows nothing, as a company has one. */
public final class Company {
  private static final Duration LIFETIME = Duration.ofDays(30);

  private final SecureRandom random = new SecureRandom();
  private final String name;
  private final KeyPair key = newKey();
  private final X509Certificate root;

  public Company(String name) {
    this.name = name;
    this.root = issue(name, key, List.of());
  }

  /** What its certificates say of who issued them, in the JDK's words. */
  public String issuer() {
    return root.getSubjectX500Principal().getName();
  }

  /** A certificate and its key, in the entries of a Secret. */
  public Map<String, String> certificateFor(List<String> hosts) {
    var own = newKey();
    return Map.of(
        "tls.crt", pem(issue("servers", own, hosts)),
        "tls.key", pem(new PemObject("PRIVATE KEY", own.getPrivate().getEncoded())),
        "ca.crt", pem(root));
  }

  /** Puts these entries into a Secret of the cache's namespace. */
  public static void store(Story story, Cache cache, String secret, Map<String, String> entries) {
    var object =
        new SecretBuilder()
            .withNewMetadata()
            .withName(secret)
            .withNamespace(cache.namespace())
            .endMetadata()
            .withStringData(entries)
            .build();
    story
        .client()
        .resource(object)
        .patch(
            new PatchContext.Builder()
                .withPatchType(PatchType.SERVER_SIDE_APPLY)
                .withFieldManager("a-person")
                .withForce(true)
                .build());
  }

  private X509Certificate issue(String subject, KeyPair own, List<String> hosts) {
    boolean authority = hosts.isEmpty();
    var now = Instant.now();
    try {
      var builder =
          new JcaX509v3CertificateBuilder(
              new X500Name("CN=" + name),
              new BigInteger(100, random),
              Date.from(now.minusSeconds(60)),
              Date.from(now.plus(LIFETIME)),
              new X500Name("CN=" + subject),
              own.getPublic());
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
      builder.addExtension(
          Extension.keyUsage,
          true,
          new KeyUsage(
              authority ? KeyUsage.keyCertSign | KeyUsage.cRLSign : KeyUsage.digitalSignature));
      if (!authority) {
        builder.addExtension(
            Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth));
        builder.addExtension(
            Extension.subjectAlternativeName,
            false,
            new GeneralNames(
                hosts.stream()
                    .map(host -> new GeneralName(GeneralName.dNSName, host))
                    .toArray(GeneralName[]::new)));
      }
      return new JcaX509CertificateConverter()
          .getCertificate(
              builder.build(
                  new JcaContentSignerBuilder("SHA256withECDSA").build(key.getPrivate())));
    } catch (GeneralSecurityException | OperatorCreationException | CertIOException e) {
      throw new IllegalStateException(e);
    }
  }

  private KeyPair newKey() {
    try {
      var generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"), random);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String pem(Object object) {
    var text = new StringWriter();
    try (var writer = new JcaPEMWriter(text)) {
      writer.writeObject(object);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }
}
