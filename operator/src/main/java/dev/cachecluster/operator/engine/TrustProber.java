package dev.cachecluster.operator.engine;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.cachecluster.operator.engine.Answer.Cause;
import dev.cachecluster.operator.engine.Answer.Ok;
import dev.cachecluster.operator.pki.KeyPairPem;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.security.GeneralSecurityException;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/**
 * Shows a server a client certificate, in a handshake of its own, and sees whether it is let in. In
 * TLS 1.3 the handshake ends for the client before the server has judged its certificate, so the
 * verdict is what comes after the first command.
 */
final class TrustProber {
  private TrustProber() {}

  /**
   * @param caPem what the server's own certificate must chain to
   */
  static Answer<TrustProbe> probe(
      MemberAddress member, String caPem, KeyPairPem client, Deadline deadline) {
    try (Socket tcp = new Socket()) {
      try {
        tcp.connect(
            new InetSocketAddress(InetAddress.ofLiteral(member.ip()), member.port()),
            remainingMillis(deadline));
      } catch (SocketTimeoutException e) {
        return Failures.unreachable(Cause.TIMEOUT, member, "no TCP connection in time");
      } catch (IOException | IllegalArgumentException e) {
        return Failures.answer(e, member, false);
      }
      return shake(member, tcp, TlsContexts.of(caPem, client).getSocketFactory(), deadline);
    } catch (IOException | GeneralSecurityException e) {
      return Failures.answer(e, member, false);
    }
  }

  private static Answer<TrustProbe> shake(
      MemberAddress member, Socket tcp, SSLSocketFactory factory, Deadline deadline)
      throws IOException {
    tcp.setSoTimeout(remainingMillis(deadline));
    try (SSLSocket tls =
        (SSLSocket) factory.createSocket(tcp, member.tlsName(), member.port(), true)) {
      var parameters = tls.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      parameters.setProtocols(new String[] {"TLSv1.3"});
      tls.setSSLParameters(parameters);
      tls.startHandshake();
      return verdict(member, tls, deadline);
    } catch (SocketTimeoutException e) {
      return Failures.unreachable(Cause.TIMEOUT, member, "no answer to a handshake in time");
    } catch (IOException e) {
      return isEndedByServer(e)
          ? new Ok<>(TrustProbe.REFUSED)
          : Failures.unreachable(
              Cause.TLS, member, "TLS for " + member.tlsName() + " failed: " + e.getMessage());
    }
  }

  /**
   * An alert; or a connection that was closed or reset while we were still speaking. All else is
   * our verdict on the server.
   */
  private static boolean isEndedByServer(IOException e) {
    return e instanceof SocketException
        || e.getCause() instanceof EOFException
        || String.valueOf(e.getMessage()).contains("Received fatal alert");
  }

  private static Answer<TrustProbe> verdict(
      MemberAddress member, SSLSocket tls, Deadline deadline) {
    try {
      tls.setSoTimeout(remainingMillis(deadline));
      tls.getOutputStream().write("PING\r\n".getBytes(US_ASCII));
      tls.getOutputStream().flush();
      return new Ok<>(tls.getInputStream().read() == -1 ? TrustProbe.REFUSED : TrustProbe.ACCEPTED);
    } catch (SocketTimeoutException e) {
      return Failures.unreachable(Cause.TIMEOUT, member, "neither let in nor refused a client");
    } catch (IOException e) {
      // An alert; or a reset, when our command crossed it.
      return new Ok<>(TrustProbe.REFUSED);
    }
  }

  /** At least 1: zero would mean to wait for ever. */
  private static int remainingMillis(Deadline deadline) {
    return Math.clamp(
        TimeUnit.NANOSECONDS.toMillis(deadline.remainingNanos()), 1, Integer.MAX_VALUE);
  }
}
