package dev.cachecluster.operator.engine;

import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.NonNull;
import org.jspecify.annotations.Nullable;

/**
 * What became of a command. Not knowing is a value of its own: an {@link Unreachable} server may be
 * dead, paused or cut off, and a command that ended so may still have been, or may yet be,
 * executed.
 */
public sealed interface Answer<T extends @Nullable Object> {

  /** The server did it. */
  record Ok<T extends @Nullable Object>(T value) implements Answer<T> {}

  /** The server answered with an error, or with something that is not an answer to the question. */
  record Refused<T extends @Nullable Object>(String message) implements Answer<T> {}

  /** No answer. */
  record Unreachable<T extends @Nullable Object>(Cause cause, String message)
      implements Answer<T> {}

  /** Why there is no answer. */
  enum Cause {
    /** No TCP connection could be made. */
    CONNECT,
    /** The time was up; the command may still be executed. */
    TIMEOUT,
    /**
     * The handshake failed: wrong name, foreign authority, expired, or our certificate was refused.
     */
    TLS,
    /** The server refused our user or password. */
    AUTH,
    /** The connection broke before the answer came; the command may have been executed. */
    CLOSED,
    /** The {@link CommandGate} said no: nothing was sent. */
    NOT_SENT
  }

  /**
   * The value if the server gave one. Empty says nothing about the world, only that there was no
   * answer.
   */
  default Optional<@NonNull T> ok() {
    return this instanceof Ok<T>(var value) ? Optional.ofNullable(value) : Optional.empty();
  }

  default boolean isOk() {
    return this instanceof Ok<T>;
  }

  /** The same fate with another value. */
  default <U extends @Nullable Object> Answer<U> map(Function<? super T, ? extends U> change) {
    return switch (this) {
      case Ok<T>(var value) -> new Ok<>(change.apply(value));
      case Refused<T>(var message) -> new Refused<>(message);
      case Unreachable<T>(var cause, var message) -> new Unreachable<>(cause, message);
    };
  }

  /** One line for a log or an event; never holds the value. */
  default String summary() {
    return switch (this) {
      case Ok<T> _ -> "ok";
      case Refused<T>(var message) -> "refused: " + message;
      case Unreachable<T>(var cause, var message) -> "unreachable (" + cause + "): " + message;
    };
  }
}
