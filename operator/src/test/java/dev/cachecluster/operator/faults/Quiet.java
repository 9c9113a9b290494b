package dev.cachecluster.operator.faults;

import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Hundreds of passes that are meant to fail would drown every other line of a build's log. */
final class Quiet {
  private static final Logger OPERATOR = Logger.getLogger("dev.cachecluster");
  private static @Nullable Level before;

  private Quiet() {}

  static void begin() {
    before = OPERATOR.getLevel();
    OPERATOR.setLevel(Level.OFF);
  }

  static void end() {
    OPERATOR.setLevel(before);
  }
}
