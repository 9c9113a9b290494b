package dev.cachecluster.operator.probe;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Optional;

/**
 * One try to connect. Refused and unanswered are the same to isolation: network plugins may reject
 * or drop.
 *
 * @param detail why no connection stood; empty if one did
 */
record Attempt(boolean reached, String detail) {
  /** Connects and hangs up; not a byte is sent. */
  static Attempt at(Target target, Duration atMost) {
    var address = new InetSocketAddress(target.host(), target.port());
    if (address.isUnresolved()) {
      return new Attempt(false, "its name is not known");
    }
    try (var socket = new Socket()) {
      socket.connect(address, Math.toIntExact(atMost.toMillis()));
      return new Attempt(true, "");
    } catch (SocketTimeoutException e) {
      return new Attempt(false, "no answer");
    } catch (ConnectException e) {
      return new Attempt(false, "refused");
    } catch (IOException e) {
      return new Attempt(false, Optional.ofNullable(e.getMessage()).orElse("failed"));
    }
  }
}
