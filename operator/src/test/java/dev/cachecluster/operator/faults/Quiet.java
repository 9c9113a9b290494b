package dev.cachecluster.operator.faults;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * Keeps the operator's log to itself: hundreds of passes that are meant to fail would drown a
 * build's.
 */
final class Quiet extends Handler {
  private static final Logger OPERATOR = Logger.getLogger("dev.cachecluster");
  private final List<String> lines = new CopyOnWriteArrayList<>();

  static Quiet begin() {
    var quiet = new Quiet();
    OPERATOR.setUseParentHandlers(false);
    OPERATOR.addHandler(quiet);
    return quiet;
  }

  void end() {
    OPERATOR.removeHandler(this);
    OPERATOR.setUseParentHandlers(true);
  }

  List<String> lines() {
    return List.copyOf(lines);
  }

  private static String format(LogRecord line) {
    var parameters = line.getParameters();
    return parameters == null ? line.getMessage() : String.format(line.getMessage(), parameters);
  }

  @Override
  public void publish(LogRecord line) {
    lines.add(format(line));
  }

  @Override
  public void flush() {}

  @Override
  public void close() {}
}
