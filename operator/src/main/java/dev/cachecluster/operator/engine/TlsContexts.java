package dev.cachecluster.operator.engine;

import dev.cachecluster.operator.pki.KeyPairPem;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** PEM text to a TLS context: who we are, and whom we trust. */
final class TlsContexts {
  private TlsContexts() {}

  static SSLContext of(String caPem, KeyPairPem identity)
      throws GeneralSecurityException, IOException {
    SSLContext context = SSLContext.getInstance("TLSv1.3");
    context.init(keys(identity).getKeyManagers(), trust(caPem).getTrustManagers(), null);
    return context;
  }

  static TrustManagerFactory trust(String caPem) throws GeneralSecurityException, IOException {
    KeyStore trusted = empty();
    int number = 0;
    for (Certificate authority : certificates(caPem)) {
      trusted.setCertificateEntry("ca" + number++, authority);
    }
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    return trust;
  }

  /**
   * By the JDK alone: Netty's reader of keys starts the whole of BouncyCastle first, which costs
   * half a second and some megabytes.
   */
  static KeyManagerFactory keys(KeyPairPem identity) throws GeneralSecurityException, IOException {
    KeyStore own = empty();
    String body =
        identity.privateKeyPem().reveal().replaceAll("-----[A-Z ]+-----", "").replaceAll("\\s", "");
    own.setKeyEntry(
        "own",
        KeyFactory.getInstance("EC")
            .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(body))),
        new char[0],
        certificates(identity.certificatePem()).toArray(Certificate[]::new));
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(own, new char[0]);
    return keys;
  }

  private static KeyStore empty() throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    return store;
  }

  private static Collection<? extends Certificate> certificates(String pem)
      throws GeneralSecurityException {
    return CertificateFactory.getInstance("X.509")
        .generateCertificates(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
  }
}
