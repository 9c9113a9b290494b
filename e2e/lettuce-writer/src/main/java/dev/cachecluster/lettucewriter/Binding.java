package dev.cachecluster.lettucewriter;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What an application gets to know about its cache: a mounted directory in the form of the Service
 * Binding specification for Kubernetes, one file per entry.
 */
record Binding(String host, int port, String username, String password) {
  static final String AUTHORITY = "ca.crt";
  static final String CERTIFICATE = "tls.crt";
  static final String KEY = "tls.key";
  private static final Pattern LINE_END = Pattern.compile("[\\r\\n]+\\z");
  private static final List<String> ENTRIES =
      List.of(
          "type",
          "provider",
          "host",
          "port",
          "username",
          "password",
          "uri",
          AUTHORITY,
          CERTIFICATE,
          KEY);

  /**
   * Reads the directory afresh. It is called for every new connection: passwords and certificates
   * change while an application runs, and whoever keeps the first ones is locked out later.
   */
  static Binding read(Path dir) throws IOException {
    if (!Files.isDirectory(dir)) {
      throw new IOException(
          "no binding at "
              + dir
              + ": mount the binding Secret there or name its directory with --binding");
    }
    Map<String, String> entries = entries(dir);
    for (String name : List.of("host", "username", "password")) {
      if (entries.getOrDefault(name, "").isEmpty()) {
        throw new IOException("the binding at " + dir + " has an empty " + name);
      }
    }
    checkPair(dir, entries);
    return new Binding(
        entries.getOrDefault("host", ""),
        port(dir, entries.getOrDefault("port", "")),
        entries.getOrDefault("username", ""),
        entries.getOrDefault("password", ""));
  }

  private static Map<String, String> entries(Path dir) throws IOException {
    Map<String, String> entries = new TreeMap<>();
    List<String> missing = new ArrayList<>();
    for (String name : ENTRIES) {
      try {
        String text = Files.readString(dir.resolve(name));
        entries.put(name, LINE_END.matcher(text).replaceFirst(""));
      } catch (NoSuchFileException e) {
        missing.add(name);
      } catch (IOException e) {
        missing.add(name + " (" + e + ")");
      }
    }
    if (!missing.isEmpty()) {
      throw new IOException("the binding at " + dir + " lacks " + String.join(", ", missing));
    }
    return entries;
  }

  private static int port(Path dir, String text) throws IOException {
    if (text.matches("[0-9]{1,5}")) {
      int port = Integer.parseInt(text);
      if (port > 0 && port <= 65535) {
        return port;
      }
    }
    throw new IOException(
        "the binding at " + dir + " has port \"" + text + "\", which is not a port number");
  }

  /** Lettuce would say no more than that the handshake failed. */
  private static void checkPair(Path dir, Map<String, String> entries) throws IOException {
    firstCertificate(dir.resolve(AUTHORITY), entries.getOrDefault(AUTHORITY, ""));
    Certificate own =
        firstCertificate(dir.resolve(CERTIFICATE), entries.getOrDefault(CERTIFICATE, ""));
    String pem = entries.getOrDefault(KEY, "");
    if (!pem.contains("-----BEGIN PRIVATE KEY-----")) {
      throw new IOException(dir.resolve(KEY) + " holds no private key in PEM and PKCS#8");
    }
    try {
      byte[] der = Base64.getMimeDecoder().decode(pem.replaceAll("-----[A-Z ]+-----", "").strip());
      String kind = own.getPublicKey().getAlgorithm();
      PrivateKey key = KeyFactory.getInstance(kind).generatePrivate(new PKCS8EncodedKeySpec(der));
      Signature signature = Signature.getInstance(signatureOf(kind));
      signature.initSign(key);
      signature.update(der);
      byte[] signed = signature.sign();
      signature.initVerify(own);
      signature.update(der);
      if (!signature.verify(signed)) {
        throw new GeneralSecurityException("the key is another one's");
      }
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new IOException(
          "tls.crt and tls.key of the binding at " + dir + " do not fit together", e);
    }
  }

  private static String signatureOf(String kind) {
    return switch (kind) {
      case "EC" -> "SHA256withECDSA";
      case "RSA" -> "SHA256withRSA";
      default -> kind;
    };
  }

  private static Certificate firstCertificate(Path file, String pem) throws IOException {
    try {
      return CertificateFactory.getInstance("X.509")
          .generateCertificates(new ByteArrayInputStream(pem.getBytes(UTF_8)))
          .stream()
          .findFirst()
          .orElseThrow(() -> new IOException(file + " holds no certificate"));
    } catch (GeneralSecurityException e) {
      throw new IOException(file + " holds no certificate", e);
    }
  }

  /** The password stays out of logs and messages. */
  @Override
  public String toString() {
    return username + "@" + host + ":" + port;
  }
}
