package dev.cachecluster.operator.pki;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Which keys are used. The rules are asked before any library computes with a key: the time of that
 * grows with the cube of a length that a stranger chose.
 */
final class KeyRules {
  static final int SMALLEST_RSA = 2048;

  /** The largest that clients can be expected to check quickly; OpenSSL takes 16384 at most. */
  static final int LARGEST_RSA = 8192;

  static final String RSA_OID = "2a864886f70d010101";
  static final String EC_OID = "2a8648ce3d0201";

  /** P-256, P-384 and P-521: what TLS 1.3 has in common for OpenSSL and Java (RFC 8446, 4.2.3). */
  private static final Set<String> CURVES = Set.of("2a8648ce3d030107", "2b81040022", "2b81040023");

  private static final int LARGEST_EXPONENT_BITS = 64;
  private static final int EXPLICIT_VERSION = 0xa0;

  private KeyRules() {}

  /**
   * What is wrong with the public key of a certificate, if anything.
   *
   * @throws IllegalArgumentException if it is not the encoding of a certificate
   */
  static Optional<String> certificate(byte[] der) {
    List<Der.Element> fields =
        Der.parse(der).require(Der.SEQUENCE).child(0, Der.SEQUENCE).children();
    // version, serial, signature, issuer, validity, subject, key (RFC 5280, 4.1)
    int at = !fields.isEmpty() && fields.getFirst().tag() == EXPLICIT_VERSION ? 6 : 5;
    if (fields.size() <= at) {
      throw new IllegalArgumentException("the certificate ends before its key");
    }
    Der.Element key = fields.get(at).require(Der.SEQUENCE);
    Der.Element algorithm = key.child(0, Der.SEQUENCE);
    String name = oid(algorithm.child(0, Der.OID));
    if (name.equals(RSA_OID)) {
      byte[] bits = key.child(1, Der.BIT_STRING).bytes();
      if (bits.length < 2) {
        throw new IllegalArgumentException("the certificate has an empty key");
      }
      // The first byte counts the unused bits of the last.
      Der.Element numbers = Der.parse(Arrays.copyOfRange(bits, 1, bits.length));
      return rsa(numbers.child(0, Der.INTEGER).integer(), numbers.child(1, Der.INTEGER).integer());
    }
    return name.equals(EC_OID) ? curve(algorithm) : Optional.of("neither RSA nor EC");
  }

  /**
   * What is wrong with a private key in PKCS#8 form, if anything.
   *
   * @throws IllegalArgumentException if it is not the encoding of a key, or its numbers contradict
   *     each other
   */
  static Optional<String> privateKey(byte[] pkcs8) {
    Der.Element all = Der.parse(pkcs8).require(Der.SEQUENCE);
    Der.Element algorithm = all.child(1, Der.SEQUENCE);
    String name = oid(algorithm.child(0, Der.OID));
    if (name.equals(EC_OID)) {
      return curve(algorithm);
    }
    if (!name.equals(RSA_OID)) {
      return Optional.of("neither RSA nor EC");
    }
    List<BigInteger> numbers =
        Der.parse(all.child(2, Der.OCTET_STRING).bytes()).require(Der.SEQUENCE).children().stream()
            .limit(10)
            .map(Der.Element::integer)
            .toList();
    // version, n, e, d, p, q, d mod p-1, d mod q-1, 1/q mod p (RFC 8017, A.1.2)
    if (numbers.size() != 9) {
      throw new IllegalArgumentException("an RSA key has nine numbers");
    }
    Optional<String> size = rsa(numbers.get(1), numbers.get(2));
    if (size.isEmpty()) {
      consistent(numbers);
    }
    return size;
  }

  private static void consistent(List<BigInteger> numbers) {
    BigInteger modulus = numbers.get(1);
    BigInteger p = numbers.get(4);
    BigInteger q = numbers.get(5);
    boolean sound =
        numbers.stream().skip(1).allMatch(n -> n.signum() > 0 && n.compareTo(modulus) <= 0)
            && p.compareTo(BigInteger.ONE) > 0
            && q.compareTo(BigInteger.ONE) > 0
            && p.multiply(q).equals(modulus)
            && numbers.get(6).compareTo(p) < 0
            && numbers.get(7).compareTo(q) < 0
            && numbers.get(8).compareTo(p) < 0;
    if (!sound) {
      throw new IllegalArgumentException("the numbers of the RSA key contradict each other");
    }
  }

  private static Optional<String> rsa(BigInteger modulus, BigInteger exponent) {
    int bits = modulus.bitLength();
    if (modulus.signum() <= 0 || bits < SMALLEST_RSA || bits > LARGEST_RSA) {
      return Optional.of("RSA of " + bits + " bits");
    }
    boolean usual =
        exponent.bitLength() <= LARGEST_EXPONENT_BITS
            && exponent.testBit(0)
            && exponent.compareTo(BigInteger.ONE) > 0;
    return usual ? Optional.empty() : Optional.of("RSA with an unusual exponent");
  }

  private static Optional<String> curve(Der.Element algorithm) {
    List<Der.Element> parts = algorithm.children();
    boolean known =
        parts.size() == 2 && parts.get(1).tag() == Der.OID && CURVES.contains(oid(parts.get(1)));
    return known ? Optional.empty() : Optional.of("EC on another curve");
  }

  private static String oid(Der.Element element) {
    ByteBuffer content = element.content();
    // Longer than any that is known here, so that a long one costs nothing.
    return content.remaining() > 16 ? "" : HexFormat.of().formatHex(element.bytes());
  }
}
