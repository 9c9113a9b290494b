package dev.cachecluster.operator.pki;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.time.Instant;
import java.util.Date;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import javax.net.ssl.CertPathTrustManagerParameters;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;

/**
 * A real handshake of TLS 1.3 in memory, with a certificate on both sides, the name checked by the
 * client, each side's clock its own, and one word each way: a client hears of its refusal only when
 * it reads.
 */
final class TlsTalk {
  private static final byte[] WORD = "word".getBytes(StandardCharsets.US_ASCII);
  private static final int ROUNDS = 100;

  private TlsTalk() {}

  /** One side of it: who it is, whom it trusts, and what time it has. */
  record Side(KeyPairPem identity, String trusts, Instant clock) {}

  /** Why it did not come about; empty if both got the other's word. */
  static Optional<String> refusal(Side server, Side client, String host) throws Exception {
    SSLEngine serving = context(server).createSSLEngine();
    serving.setUseClientMode(false);
    serving.setNeedClientAuth(true);
    SSLEngine calling = context(client).createSSLEngine(host, 6379);
    calling.setUseClientMode(true);
    SSLParameters named = calling.getSSLParameters();
    named.setEndpointIdentificationAlgorithm("HTTPS");
    calling.setSSLParameters(named);
    for (SSLEngine each : new SSLEngine[] {serving, calling}) {
      each.setEnabledProtocols(new String[] {"TLSv1.3"});
    }
    var toServer = ByteBuffer.allocate(128 * 1024);
    var toClient = ByteBuffer.allocate(128 * 1024);
    var heardByServer = ByteBuffer.allocate(64 * 1024);
    var heardByClient = ByteBuffer.allocate(64 * 1024);
    var fromServer = ByteBuffer.wrap(WORD);
    var fromClient = ByteBuffer.wrap(WORD);
    try {
      for (int i = 0; i < ROUNDS; i++) {
        step(calling, fromClient, toServer, toClient, heardByClient);
        step(serving, fromServer, toClient, toServer, heardByServer);
        if (heardByServer.position() == WORD.length && heardByClient.position() == WORD.length) {
          return Optional.empty();
        }
      }
      return Optional.of("no end of the handshake");
    } catch (SSLException e) {
      Throwable deepest = e;
      while (deepest.getCause() != null) {
        deepest = deepest.getCause();
      }
      return Optional.of(String.valueOf(deepest.getMessage()));
    }
  }

  private static void step(
      SSLEngine engine, ByteBuffer say, ByteBuffer out, ByteBuffer in, ByteBuffer heard)
      throws SSLException {
    tasks(engine);
    if (engine.getHandshakeStatus() != HandshakeStatus.NEED_UNWRAP) {
      engine.wrap(say, out);
      tasks(engine);
    }
    in.flip();
    engine.unwrap(in, heard);
    in.compact();
    tasks(engine);
  }

  private static void tasks(SSLEngine engine) {
    Runnable task = engine.getDelegatedTask();
    while (task != null) {
      task.run();
      task = engine.getDelegatedTask();
    }
  }

  private static SSLContext context(Side side) throws Exception {
    var anchors =
        Pem.certificates(side.trusts()).stream()
            .map(c -> new TrustAnchor(c, null))
            .collect(Collectors.toSet());
    var parameters = new PKIXBuilderParameters(Set.copyOf(anchors), new X509CertSelector());
    parameters.setRevocationEnabled(false);
    parameters.setDate(Date.from(side.clock()));
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(new CertPathTrustManagerParameters(parameters));
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store(side.identity()), new char[0]);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
    return context;
  }

  private static KeyStore store(KeyPairPem identity) throws Exception {
    KeyStore own = KeyStore.getInstance(KeyStore.getDefaultType());
    own.load(null, null);
    try {
      own.setKeyEntry(
          "own",
          PrivateKeys.read(
              "key", identity.privateKeyPem().reveal().getBytes(StandardCharsets.US_ASCII)),
          new char[0],
          Pem.certificates(identity.certificatePem()).toArray(Certificate[]::new));
    } catch (CertificateRefusal e) {
      throw new GeneralSecurityException(e.finding().message(), e);
    }
    return own;
  }
}
