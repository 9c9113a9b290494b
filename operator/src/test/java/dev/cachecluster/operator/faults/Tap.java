package dev.cachecluster.operator.faults;

import dev.cachecluster.operator.mockapi.ApiError;
import dev.cachecluster.operator.mockapi.ApiReply;
import dev.cachecluster.operator.mockapi.ApiRequest;
import dev.cachecluster.operator.mockapi.MemoryTransport;
import dev.cachecluster.operator.mockapi.MockApi;
import java.io.IOException;
import java.net.http.HttpTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Everything that the operator does to the world passes here, requests and commands alike. Writes
 * are numbered; at each a crash may wait, and each request may meet with trouble.
 */
final class Tap implements MemoryTransport.Wire {
  /** When the operator's process ends, seen from one write. */
  enum Point {
    BEFORE_SEND,
    REPLY_LOST,
    AFTER_REPLY
  }

  /** What can become of a request. */
  enum Trouble {
    CONFLICT,
    TOO_MANY,
    SERVER_ERROR,
    ERROR_AFTER_COMMIT,
    UNAVAILABLE,
    TIMEOUT,
    RESET,
    RESET_AFTER_COMMIT,
    TRUNCATED,
    HTML,
    FORBIDDEN
  }

  private record Crash(int write, Point point) {}

  private final MockApi api;
  private final List<String> writes = new ArrayList<>();
  private Optional<Crash> crash = Optional.empty();
  private Function<ApiRequest, Optional<Trouble>> troubles = _ -> Optional.empty();
  private boolean dying;
  private boolean dead;
  private boolean crashed;
  int troubled;

  Tap(MockApi api) {
    this.api = api;
  }

  /** Lets the operator crash at a write, counted from now, the first is 1. */
  void crashAt(int write, Point point) {
    crash = Optional.of(new Crash(writes.size() + write, point));
  }

  void trouble(Function<ApiRequest, Optional<Trouble>> plan) {
    troubles = plan;
  }

  void calm() {
    troubles = _ -> Optional.empty();
  }

  /** Every write so far that was sent, with the first that was not. */
  List<String> writes() {
    return List.copyOf(writes);
  }

  boolean isDead() {
    dead |= dying;
    return dead;
  }

  /** Whether the crash that was planned came about. */
  boolean crashed() {
    return crashed;
  }

  /** Another operator begins. */
  void revive() {
    dying = false;
    dead = false;
    crash = Optional.empty();
  }

  @Override
  public ApiReply exchange(ApiRequest request) throws IOException {
    if (isDead()) {
      throw new IOException("this operator is no more");
    }
    if (!request.isWrite()) {
      return answered(request);
    }
    if (crashes(request.toString(), Point.BEFORE_SEND)) {
      throw new IOException("the operator ended before it sent this");
    }
    var reply = answered(request);
    if (crashes(Point.REPLY_LOST)) {
      throw new IOException("the operator ended before it had an answer");
    }
    dying = crashes(Point.AFTER_REPLY);
    return reply;
  }

  private ApiReply answered(ApiRequest request) throws IOException {
    var trouble = troubles.apply(request);
    if (trouble.isEmpty()) {
      return api.handle(request);
    }
    troubled++;
    return switch (trouble.get()) {
      case CONFLICT ->
          request.isWrite()
              ? ApiError.status(
                  409,
                  "Conflict",
                  "the object has been modified; please apply your changes to the latest version and try again")
              : api.handle(request);
      case TOO_MANY -> {
        var reply = ApiError.status(429, "TooManyRequests", "too many requests");
        yield new ApiReply(
            429, Map.of("Content-Type", "application/json", "Retry-After", "1"), reply.body());
      }
      case SERVER_ERROR -> ApiError.status(500, "InternalError", "etcdserver: request timed out");
      case ERROR_AFTER_COMMIT -> {
        api.handle(request);
        yield ApiError.status(
            500,
            "InternalError",
            "etcdserver: request timed out, possibly due to previous leader failure");
      }
      case UNAVAILABLE -> ApiError.status(503, "ServiceUnavailable", "apiserver is shutting down");
      case TIMEOUT -> throw new HttpTimeoutException("request timed out");
      case RESET -> throw new IOException("connection reset by peer");
      case RESET_AFTER_COMMIT -> {
        api.handle(request);
        throw new IOException("connection reset by peer");
      }
      case TRUNCATED -> {
        var reply = api.handle(request);
        yield new ApiReply(
            reply.code(), reply.headers(), reply.body().substring(0, reply.body().length() / 2));
      }
      case HTML ->
          new ApiReply(
              200, Map.of("Content-Type", "text/html"), "<html><body>sign in</body></html>");
      case FORBIDDEN ->
          ApiError.status(
              403,
              "Forbidden",
              "forbidden: the operator's account cannot "
                  + request.method()
                  + " "
                  + request.path());
    };
  }

  /** A command to a server that changes something. */
  <A> A command(String what, Supplier<A> deed, Supplier<A> noAnswer) {
    if (isDead() || crashes(what, Point.BEFORE_SEND)) {
      return noAnswer.get();
    }
    var answer = deed.get();
    if (crashes(Point.REPLY_LOST)) {
      return noAnswer.get();
    }
    dying = crashes(Point.AFTER_REPLY);
    return answer;
  }

  private boolean crashes(String what, Point point) {
    writes.add(what);
    return crashes(point);
  }

  private boolean crashes(Point point) {
    boolean now =
        crash.filter(plan -> plan.write() == writes.size() && plan.point() == point).isPresent();
    crashed |= now;
    dead |= now && point != Point.AFTER_REPLY;
    return now;
  }
}
