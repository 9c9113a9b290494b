package dev.cachecluster.stories.rig;

import java.io.IOException;
import java.net.InetAddress;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/** What a server shows to anybody who begins to speak TLS with it. */
public final class Handshake {
  private static final int SERVER_PORT = 6379;
  private static final int PATIENCE_MILLIS = 5000;

  private Handshake() {}

  /** The certificate that the server of this pod shows now. */
  public static X509Certificate shownBy(Cache cache, String pod) throws IOException {
    var seen = new AtomicReference<X509Certificate>();
    try (var forward = cache.pod(pod).portForward(SERVER_PORT)) {
      var tcp = new java.net.Socket(InetAddress.getLoopbackAddress(), forward.getLocalPort());
      tcp.setSoTimeout(PATIENCE_MILLIS);
      try (var socket =
          (SSLSocket)
              remembering(seen)
                  .getSocketFactory()
                  .createSocket(tcp, "localhost", SERVER_PORT, true)) {
        // It asks for a certificate in turn, and this has none; by then it has shown its own.
        socket.startHandshake();
      } catch (IOException refused) {
        if (seen.get() == null) {
          throw refused;
        }
      }
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
    return seen.get();
  }

  /** Whose certificates the servers show now, in the JDK's words. */
  public static Set<String> issuers(Cache cache) {
    return shown(cache, certificate -> certificate.getIssuerX500Principal().getName());
  }

  /** The serial numbers of the certificates that the servers show now. */
  public static Set<String> serials(Cache cache) {
    return shown(cache, certificate -> certificate.getSerialNumber().toString(16));
  }

  private static Set<String> shown(Cache cache, Function<X509Certificate, String> what) {
    var seen = new HashSet<String>();
    for (var pod : cache.podUids().keySet()) {
      try {
        seen.add(what.apply(shownBy(cache, pod)));
      } catch (IOException e) {
        throw new AssertionError(pod + " shows nothing", e);
      }
    }
    return seen;
  }

  private static SSLContext remembering(AtomicReference<X509Certificate> seen)
      throws GeneralSecurityException {
    var trust =
        new X509TrustManager() {
          @Override
          public void checkClientTrusted(X509Certificate[] chain, String type) {
            throw new UnsupportedOperationException("it is no server");
          }

          @Override
          public void checkServerTrusted(X509Certificate[] chain, String type) {
            seen.set(chain[0]);
          }

          @Override
          public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
          }
        };
    var context = SSLContext.getInstance("TLSv1.3");
    context.init(null, new TrustManager[] {trust}, new SecureRandom());
    return context;
  }
}
