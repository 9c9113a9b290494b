package dev.cachecluster.operator.pki;

import static dev.cachecluster.operator.pki.Given.LEAF;
import static dev.cachecluster.operator.pki.Given.MIDDLE;
import static dev.cachecluster.operator.pki.Given.NAMES;
import static dev.cachecluster.operator.pki.Given.RANDOM;
import static dev.cachecluster.operator.pki.Given.ROOT;
import static dev.cachecluster.operator.pki.Given.good;

import java.math.BigInteger;
import java.security.interfaces.RSAKey;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.pkcs.RSAPrivateKey;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralSubtree;
import org.bouncycastle.asn1.x509.NameConstraints;
import org.bouncycastle.asn1.x509.PolicyInformation;
import org.junit.jupiter.params.provider.Arguments;

/** Certificates and keys that are made to cost much time, memory or stack. */
final class CertificateBombs {
  private CertificateBombs() {}

  private static String block(byte[] der) {
    return Pem.text("CERTIFICATE", der);
  }

  private static byte[] repeated(int times, int... unit) {
    byte[] all = new byte[times * unit.length];
    for (int i = 0; i < all.length; i++) {
      all[i] = (byte) unit[i % unit.length];
    }
    return all;
  }

  /** Sequences in sequences, each with a right length. */
  private static byte[] nested(int depth) {
    byte[] all = new byte[depth * 4];
    for (int i = 0; i < depth; i++) {
      int length = (depth - i - 1) * 4;
      all[i * 4] = 0x30;
      all[i * 4 + 1] = (byte) 0x82;
      all[i * 4 + 2] = (byte) (length >> 8);
      all[i * 4 + 3] = (byte) length;
    }
    return all;
  }

  private static String rsaKey(BigInteger... n) throws Exception {
    var key = new RSAPrivateKey(n[0], n[1], n[2], n[3], n[4], n[5], n[6], n[7]);
    var algorithm = new AlgorithmIdentifier(new ASN1ObjectIdentifier("1.2.840.113549.1.1.1"));
    return Pem.text("PRIVATE KEY", new PrivateKeyInfo(algorithm, key).getEncoded());
  }

  private static BigInteger huge(int bits) {
    return new BigInteger(bits, RANDOM).setBit(bits - 1).setBit(0);
  }

  /** A good certificate whose RSA modulus is that long: its encoding is put together by hand. */
  static byte[] withModulus(int bits, BigInteger exponent) {
    byte[] key =
        Der.encode(
            Der.SEQUENCE,
            Der.encode(Der.INTEGER, huge(bits).toByteArray()),
            Der.encode(Der.INTEGER, exponent.toByteArray()));
    byte[] algorithm =
        Der.encode(
            Der.SEQUENCE,
            Der.encode(Der.OID, HexFormat.of().parseHex(KeyRules.RSA_OID)),
            new byte[] {5, 0});
    byte[] info =
        Der.encode(Der.SEQUENCE, algorithm, Der.encode(Der.BIT_STRING, new byte[] {0}, key));
    List<Der.Element> parts = Der.parse(LEAF.der()).children();
    byte[] body =
        parts.getFirst().children().stream()
            .map(e -> Der.encode(e.tag(), e.bytes()))
            .reduce(
                new byte[0],
                (all, next) ->
                    // The key is the only one that begins with the identifier of EC keys.
                    concat(all, isKey(next) ? info : next));
    return Der.encode(
        Der.SEQUENCE,
        Der.encode(Der.SEQUENCE, body),
        Der.encode(parts.get(1).tag(), parts.get(1).bytes()),
        Der.encode(parts.get(2).tag(), parts.get(2).bytes()));
  }

  private static boolean isKey(byte[] element) {
    Der.Element read = Der.parse(element);
    return read.tag() == Der.SEQUENCE
        && read.children().size() == 2
        && read.children().get(1).tag() == Der.BIT_STRING;
  }

  private static byte[] concat(byte[] one, byte[] two) {
    byte[] all = Arrays.copyOf(one, one.length + two.length);
    System.arraycopy(two, 0, all, one.length, two.length);
    return all;
  }

  private static Given manyNames() {
    String[] names =
        Stream.concat(NAMES.stream(), IntStream.range(0, 3000).mapToObj(i -> "n" + i + ".test"))
            .toArray(String[]::new);
    return Given.of(ForeignIssuer.leaf(MIDDLE, names));
  }

  private static Given manyConstraints() {
    GeneralSubtree[] trees =
        IntStream.range(0, 1000)
            .mapToObj(i -> new GeneralSubtree(new GeneralName(GeneralName.dNSName, "n" + i)))
            .toArray(GeneralSubtree[]::new);
    var words = new NameConstraints(null, trees);
    ForeignIssuer.Entity one =
        ForeignIssuer.intermediate(ROOT, "one").word(Extension.nameConstraints, true, words).make();
    ForeignIssuer.Entity two =
        ForeignIssuer.intermediate(one, "two").word(Extension.nameConstraints, true, words).make();
    String[] names =
        Stream.concat(NAMES.stream(), IntStream.range(0, 500).mapToObj(i -> "a" + i + ".x"))
            .toArray(String[]::new);
    ForeignIssuer.Entity leaf = ForeignIssuer.leaf(two, names).make();
    return new Given(leaf.pem() + two.pem() + one.pem(), leaf.keyPem(), ROOT.pem());
  }

  private static Given manyPolicies() {
    var policies = new ASN1EncodableVector();
    policies.add(new PolicyInformation(new ASN1ObjectIdentifier("2.5.29.32.0")));
    for (int i = 0; i < 300; i++) {
      policies.add(new PolicyInformation(new ASN1ObjectIdentifier("1.3.9." + i)));
    }
    var words = new DERSequence(policies);
    ForeignIssuer.Entity issuer = ROOT;
    StringBuilder chain = new StringBuilder();
    for (int i = 0; i < 7; i++) {
      issuer =
          ForeignIssuer.intermediate(issuer, "p" + i)
              .word(Extension.certificatePolicies, true, words)
              .make();
      chain.insert(0, issuer.pem());
    }
    ForeignIssuer.Entity leaf =
        ForeignIssuer.leaf(issuer, NAMES.toArray(String[]::new))
            .word(Extension.certificatePolicies, true, words)
            .make();
    return new Given(leaf.pem() + chain, leaf.keyPem(), ROOT.pem());
  }

  private static Given mappings() {
    ForeignIssuer.Entity issuer =
        ForeignIssuer.intermediate(ROOT, "mapping")
            .word(
                Extension.policyMappings,
                false,
                new DERSequence(
                    new DERSequence(
                        new ASN1ObjectIdentifier[] {
                          new ASN1ObjectIdentifier("1.3.9.1"), new ASN1ObjectIdentifier("1.3.9.2")
                        })))
            .make();
    ForeignIssuer.Entity leaf = ForeignIssuer.leaf(issuer, NAMES.toArray(String[]::new)).make();
    return new Given(leaf.pem() + issuer.pem(), leaf.keyPem(), ROOT.pem());
  }

  private static Given longChain() {
    ForeignIssuer.Entity issuer = ROOT;
    StringBuilder chain = new StringBuilder();
    for (int i = 0; i < 60; i++) {
      issuer = ForeignIssuer.intermediate(issuer, "c" + i).make();
      chain.insert(0, issuer.pem());
    }
    ForeignIssuer.Entity leaf = ForeignIssuer.leaf(issuer, NAMES.toArray(String[]::new)).make();
    return new Given(leaf.pem() + chain, leaf.keyPem(), ROOT.pem());
  }

  /** Two that vouch for each other, and no end. */
  private static Given circle() {
    ForeignIssuer.Entity a = ForeignIssuer.root("a").make();
    ForeignIssuer.Entity b = ForeignIssuer.intermediate(a, "b").make();
    String again = ForeignIssuer.reissued(a, b).pem() + b.pem();
    ForeignIssuer.Entity leaf = ForeignIssuer.leaf(b, NAMES.toArray(String[]::new)).make();
    return new Given(leaf.pem(), leaf.keyPem(), again);
  }

  private static Given longName() {
    ForeignIssuer.Entity issuer =
        ForeignIssuer.root(
                "x"
                    + String.join(
                        "", IntStream.range(0, 2000).mapToObj(i -> ",O=part" + i).toList()))
            .make();
    ForeignIssuer.Entity leaf = ForeignIssuer.leaf(issuer, NAMES.toArray(String[]::new)).make();
    return new Given(leaf.pem(), leaf.keyPem(), ROOT.pem());
  }

  private static Given longWord() {
    byte[] oid = repeated(40_000, 0x81);
    oid[oid.length - 1] = 1;
    byte[] value = Der.encode(Der.SEQUENCE, Der.encode(Der.OID, oid));
    return Given.of(Given.leaf().purposes().word(Extension.extendedKeyUsage, false, value));
  }

  static Stream<Arguments> all() throws Exception {
    BigInteger two = BigInteger.TWO;
    BigInteger n = huge(2048);
    BigInteger e = BigInteger.valueOf(65537);
    BigInteger big = huge(300_000);
    Given chain = longChain();
    // The modulus is the certificate's, so that it comes to a signature unless it is stopped.
    ForeignIssuer.Entity server = Given.leaf().key("RSA2048").make();
    Given rsa = Given.of(server);
    BigInteger own = ((RSAKey) server.key()).getModulus();
    BigInteger prime = huge(40_000);
    return Stream.of(
        Arguments.of("nested", good().certificate(block(nested(12_000)))),
        Arguments.of("nested key", good().key(Pem.text("PRIVATE KEY", nested(12_000)))),
        Arguments.of("endless", good().certificate(block(repeated(24_000, 0x30, 0x80)))),
        Arguments.of("lengths", good().certificate(block(repeated(9_000, 0x30, 0x84, 0x7f, 0xff)))),
        Arguments.of("tags", good().certificate(block(repeated(48_000, 0x1f)))),
        Arguments.of("empties", good().certificate(block(Der.encode(0x30, new byte[40_000])))),
        Arguments.of("modulus", good().certificate(block(withModulus(250_000, e)))),
        Arguments.of("key modulus", good().key(rsaKey(big, e, two, two, two, two, two, two))),
        Arguments.of("key primes", rsa.key(rsaKey(own, e, two, prime, two, prime, two, two))),
        Arguments.of("key powers", rsa.key(rsaKey(own, e, prime, two, two, prime, prime, two))),
        Arguments.of("key exponent", good().key(rsaKey(n, big, two, two, two, two, two, two))),
        Arguments.of("key secret", good().key(rsaKey(n, e, big, two, two, two, two, two))),
        Arguments.of(
            "curve number", good().key(Pem.text("PRIVATE KEY", ecKey(repeated(40_000, 0xff))))),
        Arguments.of("names", manyNames()),
        Arguments.of("constraints", manyConstraints()),
        Arguments.of("policies", manyPolicies()),
        Arguments.of("mappings", mappings()),
        Arguments.of("exponent", good().certificate(block(withModulus(2048, big)))),
        Arguments.of("chain", chain),
        Arguments.of("whole chain", chain.certificate(chain.certificate() + ROOT.pem())),
        Arguments.of("circle", circle()),
        Arguments.of("name", longName()),
        Arguments.of("word", longWord()),
        Arguments.of("blocks", good().certificate("-----BEGIN CERTIFICATE-----\n".repeat(2300))),
        Arguments.of(
            "empty blocks",
            good()
                .certificate(
                    "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n".repeat(1200))),
        Arguments.of("dashes", good().certificate("-".repeat(65_000))),
        Arguments.of("same again", good().authority(ROOT.pem().repeat(100))),
        Arguments.of("NUL", good().key("\0".repeat(65_000))));
  }

  private static byte[] ecKey(byte[] secret) {
    byte[] inner =
        Der.encode(
            Der.SEQUENCE, new byte[] {Der.INTEGER, 1, 1}, Der.encode(Der.OCTET_STRING, secret));
    HexFormat hex = HexFormat.of();
    byte[] algorithm =
        Der.encode(
            Der.SEQUENCE,
            Der.encode(Der.OID, hex.parseHex(KeyRules.EC_OID)),
            Der.encode(Der.OID, hex.parseHex("2a8648ce3d030107")));
    return Der.encode(
        Der.SEQUENCE,
        new byte[] {Der.INTEGER, 1, 0},
        algorithm,
        Der.encode(Der.OCTET_STRING, inner));
  }
}
