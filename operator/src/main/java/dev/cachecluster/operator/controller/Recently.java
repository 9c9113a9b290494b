package dev.cachecluster.operator.controller;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What was told a moment ago, and is no news if it is done again. */
final class Recently {
  private static final Duration MOMENT = Duration.ofMinutes(1);

  /** The passes of several clusters tell at the same time. */
  private final Map<String, Instant> told = new ConcurrentHashMap<>();

  /** Whether it was not told within the last minute; from now on, it was. */
  boolean isNews(String what, Instant now) {
    // A clock that was set back silences nobody.
    told.values().removeIf(at -> at.isAfter(now) || !now.isBefore(at.plus(MOMENT)));
    return told.putIfAbsent(what, now) == null;
  }
}
