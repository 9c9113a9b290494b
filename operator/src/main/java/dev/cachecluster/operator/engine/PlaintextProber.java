package dev.cachecluster.operator.engine;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.cachecluster.operator.engine.Answer.Cause;
import dev.cachecluster.operator.engine.Answer.Ok;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.concurrent.TimeUnit;

/** Knocks without TLS. */
final class PlaintextProber {
  private static final int TLS_ALERT = 0x15;

  private PlaintextProber() {}

  static Answer<PlaintextProbe> probe(MemberAddress member, Deadline deadline) {
    try (Socket socket = new Socket()) {
      try {
        InetAddress ip = InetAddress.ofLiteral(member.ip());
        socket.connect(new InetSocketAddress(ip, member.port()), remainingMillis(deadline));
      } catch (SocketTimeoutException e) {
        return Failures.unreachable(Cause.TIMEOUT, member, "no TCP connection in time");
      } catch (IOException | IllegalArgumentException e) {
        return Failures.answer(e, member, false);
      }
      return knock(member, socket, deadline);
    } catch (IOException e) {
      return Failures.answer(e, member, false);
    }
  }

  private static Answer<PlaintextProbe> knock(
      MemberAddress member, Socket socket, Deadline deadline) throws IOException {
    try {
      socket.setSoTimeout(remainingMillis(deadline));
      socket.getOutputStream().write("PING\r\n".getBytes(US_ASCII));
      int first = socket.getInputStream().read();
      // An alert is how a TLS server says that this was no TLS; any other byte is an answer.
      boolean closed = first == -1 || first == TLS_ALERT;
      return new Ok<>(closed ? PlaintextProbe.CLOSED : PlaintextProbe.ANSWERED);
    } catch (SocketTimeoutException e) {
      return Failures.unreachable(
          Cause.TIMEOUT, member, "neither closed nor answered a plaintext command");
    } catch (SocketException e) {
      // Reset, after the connection stood.
      return new Ok<>(PlaintextProbe.CLOSED);
    }
  }

  /** At least 1: zero would mean to wait for ever. */
  private static int remainingMillis(Deadline deadline) {
    return Math.clamp(
        TimeUnit.NANOSECONDS.toMillis(deadline.remainingNanos()), 1, Integer.MAX_VALUE);
  }
}
