package dev.cachecluster.operator.pki;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.ProviderException;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.ECKey;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECPrivateKeySpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** Private keys in the three forms that tools write: PKCS#8, PKCS#1 (RSA) and SEC 1 (EC). */
final class PrivateKeys {
  private static final String PKCS8 = "PRIVATE KEY";
  private static final String PKCS1 = "RSA PRIVATE KEY";
  private static final String SEC1 = "EC PRIVATE KEY";
  private static final String ENCRYPTED = "ENCRYPTED PRIVATE KEY";

  /** openssl ecparam -genkey writes this before the key, which names its curve itself. */
  private static final String EC_PARAMETERS = "EC PARAMETERS";

  private static final int CURVE_OF_SEC1 = 0xa0;
  private static final byte[] CHALLENGE =
      "whose certificate is this".getBytes(StandardCharsets.US_ASCII);

  private PrivateKeys() {}

  static boolean isKey(String label) {
    return label.endsWith(PKCS8);
  }

  /** The one key of an entry. */
  static PrivateKey read(String entry, byte[] raw) throws CertificateRefusal {
    List<PemText.Block> blocks = PemText.parse(entry, raw);
    List<PemText.Block> keys = blocks.stream().filter(b -> isKey(b.label())).toList();
    if (keys.isEmpty()) {
      throw new CertificateRefusal(CertificateProblem.NO_KEY, entry);
    }
    if (keys.size() > 1) {
      throw new CertificateRefusal(CertificateProblem.SEVERAL_KEYS, entry);
    }
    if (!blocks.stream().allMatch(b -> isKey(b.label()) || b.label().equals(EC_PARAMETERS))) {
      throw new CertificateRefusal(
          CertificateProblem.JUNK, entry + " holds something else beside the key");
    }
    return key(entry, keys.getFirst());
  }

  private static PrivateKey key(String entry, PemText.Block block) throws CertificateRefusal {
    try {
      byte[] pkcs8 =
          switch (block.label()) {
            case PKCS8 -> block.der();
            case PKCS1 -> fromPkcs1(block.der());
            case SEC1 -> fromSec1(block.der());
            case ENCRYPTED -> throw new CertificateRefusal(CertificateProblem.KEY_ENCRYPTED, entry);
            default ->
                throw new CertificateRefusal(
                    CertificateProblem.KEY_UNSUITABLE, entry + " is neither RSA nor EC");
          };
      Optional<String> unsuitable = KeyRules.privateKey(pkcs8);
      if (unsuitable.isPresent()) {
        throw new CertificateRefusal(
            CertificateProblem.KEY_UNSUITABLE, entry + " is " + unsuitable.get());
      }
      return plain(KeyFactory.getInstance(algorithm(pkcs8)), new PKCS8EncodedKeySpec(pkcs8));
    } catch (GeneralSecurityException | RuntimeException e) {
      // What a parser throws on hostile input is not only what it declares.
      throw new CertificateRefusal(CertificateProblem.MALFORMED, entry + " is no readable key");
    }
  }

  /**
   * The key of an encoding in its plainest one. An EC key may carry attributes and a public key
   * (RFC 5915, 3; RFC 5958, 2), which Java keeps and does not compare with the number that signs:
   * what is damaged there would be handed on, and make two keys of one.
   */
  private static PrivateKey plain(KeyFactory factory, PKCS8EncodedKeySpec encoding)
      throws GeneralSecurityException {
    PrivateKey key = factory.generatePrivate(encoding);
    return key instanceof ECPrivateKey
        ? factory.generatePrivate(factory.getKeySpec(key, ECPrivateKeySpec.class))
        : key;
  }

  private static String algorithm(byte[] pkcs8) {
    Der.Element name = Der.parse(pkcs8).child(1, Der.SEQUENCE).child(0, Der.OID);
    return HexFormat.of().formatHex(name.bytes()).equals(KeyRules.RSA_OID) ? "RSA" : "EC";
  }

  private static byte[] fromPkcs1(byte[] der) {
    byte[] noParameters = {0x05, 0x00};
    return pkcs8(KeyRules.RSA_OID, noParameters, der);
  }

  private static byte[] fromSec1(byte[] der) {
    Der.Element curve =
        Der.parse(der).require(Der.SEQUENCE).children().stream()
            .filter(part -> part.tag() == CURVE_OF_SEC1)
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException("the key does not name its curve"))
            .child(0, Der.OID);
    return pkcs8(KeyRules.EC_OID, Der.encode(Der.OID, curve.bytes()), der);
  }

  private static byte[] pkcs8(String oid, byte[] parameters, byte[] key) {
    byte[] algorithm =
        Der.encode(Der.SEQUENCE, Der.encode(Der.OID, HexFormat.of().parseHex(oid)), parameters);
    byte[] version = {Der.INTEGER, 1, 0};
    return Der.encode(Der.SEQUENCE, version, algorithm, Der.encode(Der.OCTET_STRING, key));
  }

  /** Whether the two belong together, proven by a signature. */
  static boolean match(PrivateKey own, PublicKey shown, SecureRandom random) {
    return switch (own) {
      case RSAPrivateCrtKey mine ->
          shown instanceof RSAPublicKey theirs
              // A signature of the largest takes long; that it would fail is seen before.
              && mine.getModulus().equals(theirs.getModulus())
              && signs("SHA256withRSA", own, shown, random);
      case ECKey _ -> shown instanceof ECKey && signs("SHA256withECDSA", own, shown, random);
      default -> false;
    };
  }

  private static boolean signs(
      String algorithm, PrivateKey own, PublicKey shown, SecureRandom random) {
    try {
      Signature signature = Signature.getInstance(algorithm);
      signature.initSign(own, random);
      signature.update(CHALLENGE);
      byte[] signed = signature.sign();
      signature.initVerify(shown);
      signature.update(CHALLENGE);
      return signature.verify(signed);
    } catch (GeneralSecurityException | ProviderException | ArithmeticException e) {
      return false;
    }
  }
}
