package dev.cachecluster.operator.pki;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Certificates and keys between objects and PEM text, with the JDK alone. */
final class Pem {
  private static final int DNS_NAME = 2;
  private static final int URI = 6;
  private static final Pattern PKCS8 =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");

  private Pem() {}

  static String text(String type, byte[] der) {
    String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return "-----BEGIN " + type + "-----\n" + body + "\n-----END " + type + "-----\n";
  }

  static String text(X509Certificate certificate) {
    try {
      return text("CERTIFICATE", certificate.getEncoded());
    } catch (CertificateException e) {
      throw new IllegalArgumentException("the certificate cannot be encoded", e);
    }
  }

  /** At least one, in the order of the text. */
  static List<X509Certificate> certificates(String pem) {
    try {
      List<X509Certificate> found =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(pem.getBytes(StandardCharsets.UTF_8)))
              .stream()
              .map(X509Certificate.class::cast)
              .toList();
      if (found.isEmpty()) {
        throw new IllegalArgumentException("the PEM text holds no certificate");
      }
      return found;
    } catch (CertificateException e) {
      throw new IllegalArgumentException("the PEM text holds no readable certificate", e);
    }
  }

  /** The message never shows any of the text: it is a key. */
  static PrivateKey privateKey(String pem) {
    Matcher found = PKCS8.matcher(pem);
    if (!found.find()) {
      throw new IllegalArgumentException(
          "the PEM text holds no PKCS#8 private key (BEGIN PRIVATE KEY)");
    }
    try {
      byte[] der = Base64.getMimeDecoder().decode(found.group(1));
      return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(der));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new IllegalArgumentException("the private key is not a readable EC key", e);
    }
  }

  static List<String> dnsNames(X509Certificate certificate) {
    return alternativeNames(certificate, DNS_NAME);
  }

  static List<String> uris(X509Certificate certificate) {
    return alternativeNames(certificate, URI);
  }

  /** Sorted; the numbers of the kinds are those of RFC 5280, 4.2.1.6. */
  private static List<String> alternativeNames(X509Certificate certificate, int kind) {
    try {
      return Optional.ofNullable(certificate.getSubjectAlternativeNames()).stream()
          .flatMap(Collection::stream)
          .filter(name -> Integer.valueOf(kind).equals(name.get(0)))
          .map(name -> String.valueOf(name.get(1)))
          .sorted()
          .toList();
    } catch (CertificateParsingException e) {
      throw new IllegalArgumentException("the certificate's names cannot be read", e);
    }
  }

  static String fingerprint(X509Certificate certificate) {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("the certificate cannot be encoded", e);
    }
  }
}
