package dev.cachecluster.operator.engine;

import dev.cachecluster.operator.engine.Answer.Cause;
import dev.cachecluster.operator.engine.Answer.Refused;
import dev.cachecluster.operator.engine.Answer.Unreachable;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisCommandTimeoutException;
import io.lettuce.core.RedisException;
import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.security.cert.CertificateException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;

/**
 * Says what a failure means. The order of the questions matters: the most telling cause in the
 * chain wins.
 */
final class Failures {
  private static final Pattern NOT_LET_IN =
      Pattern.compile("(WRONGPASS|NOAUTH|NOPERM)\\b.*", Pattern.DOTALL);

  private Failures() {}

  /**
   * @param connected whether the connection stood already when the command was given to it
   */
  static <T extends @Nullable Object> Answer<T> answer(
      Throwable failure, MemberAddress member, boolean connected) {
    List<Throwable> chain = chain(failure);
    Optional<RedisCommandExecutionException> error =
        first(chain, RedisCommandExecutionException.class);
    if (error.isPresent()) {
      String said = text(error.get());
      if (connected) {
        return new Refused<>(said);
      }
      Cause cause = NOT_LET_IN.matcher(said).matches() ? Cause.AUTH : Cause.CONNECT;
      return unreachable(cause, member, "the server refused the session: " + said);
    }
    if (chain.stream().anyMatch(Failures::isTimeout)) {
      return unreachable(Cause.TIMEOUT, member, "no answer in time");
    }
    if (chain.stream().anyMatch(Failures::isCutShort)) {
      return unreachable(Cause.CLOSED, member, "the connection was closed while it was waited for");
    }
    Optional<Throwable> tls =
        chain.stream()
            .filter(t -> t instanceof SSLException || t instanceof CertificateException)
            .reduce((_, last) -> last);
    if (tls.isPresent()) {
      return unreachable(
          Cause.TLS, member, "TLS for " + member.tlsName() + " failed: " + text(tls.get()));
    }
    Optional<Throwable> noConnection =
        chain.stream()
            .filter(t -> t instanceof ConnectException || t instanceof NoRouteToHostException)
            .findFirst();
    if (noConnection.isPresent()) {
      return unreachable(Cause.CONNECT, member, text(noConnection.get()));
    }
    Throwable root = chain.getLast();
    Cause cause = connected || root instanceof RedisException ? Cause.CLOSED : Cause.CONNECT;
    return unreachable(cause, member, "the connection broke: " + text(root));
  }

  static <T extends @Nullable Object> Answer<T> unreachable(
      Cause cause, MemberAddress member, String why) {
    return new Unreachable<>(
        cause, member.member() + " at " + member.ip() + ":" + member.port() + ": " + why);
  }

  private static boolean isTimeout(Throwable t) {
    return t instanceof TimeoutException
        || t instanceof RedisCommandTimeoutException
        || t instanceof ConnectTimeoutException
        || t instanceof SslHandshakeTimeoutException;
  }

  /**
   * Whether the connection ended before either side had judged the other: by another thread of ours
   * that gave it up, or by the server's death. Netty dresses that as a failed handshake, but it
   * says nothing about anybody's identity.
   */
  private static boolean isCutShort(Throwable t) {
    return t instanceof CancellationException
        || (t instanceof SSLHandshakeException
            && String.valueOf(t.getMessage())
                .startsWith("Connection closed while SSL/TLS handshake"));
  }

  private static List<Throwable> chain(Throwable failure) {
    List<Throwable> chain = new ArrayList<>();
    for (Throwable t = failure; t != null && !chain.contains(t); t = t.getCause()) {
      chain.add(t);
    }
    return chain;
  }

  private static <E extends Throwable> Optional<E> first(List<Throwable> chain, Class<E> type) {
    return chain.stream().filter(type::isInstance).map(type::cast).findFirst();
  }

  private static String text(Throwable t) {
    String message = t.getMessage();
    return Messages.brief(message == null ? t.getClass().getSimpleName() : message);
  }
}
