package dev.cachecluster.operator.engine;

import java.time.Duration;
import java.util.Optional;

/**
 * Asked before every command: may it be sent now? The operator's own lease must outlast the
 * command's timeout, or a command of a leader that has lost its office could act after the next one
 * has begun.
 */
@FunctionalInterface
public interface CommandGate {
  /** Why a command that may take this long must not be sent; empty if it may. */
  Optional<String> refusal(Duration timeout);

  /** A gate that is always open. */
  static CommandGate open() {
    return _ -> Optional.empty();
  }
}
