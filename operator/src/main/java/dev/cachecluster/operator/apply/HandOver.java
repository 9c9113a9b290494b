package dev.cachecluster.operator.apply;

import dev.cachecluster.operator.desired.Names;
import dev.cachecluster.operator.desired.ServerConfig;
import dev.cachecluster.operator.engine.Answer;
import dev.cachecluster.operator.engine.EngineAdmin;
import dev.cachecluster.operator.plan.Action;
import dev.cachecluster.operator.plan.Reason;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;

/**
 * Moves the primary while both live. The old one stops taking writes, first by a pause, which ends
 * by itself, then by a fence of as many replicas as it has, which stays open as long as all are
 * there and closes in the moment in which one leaves to lead: whenever the operator dies, no second
 * writer is left, and the next pass either takes the old primary back or finishes what was begun.
 * The server's own FAILOVER is not used: it waits for an acknowledgement that comes once a second.
 */
final class HandOver {
  private static final Duration PAUSE = Duration.ofSeconds(5);
  private static final Duration CATCH_UP = Duration.ofSeconds(2);

  private final EngineAdmin engine;
  private final Clock clock;

  HandOver(EngineAdmin engine, Clock clock) {
    this.engine = engine;
    this.clock = clock;
  }

  Outcome perform(Action.HandOver action) {
    var from = action.from();
    var to = action.to();
    // The primary's own pings move its offset; from here on there shall be none.
    var still = engine.configure(from, Map.of("repl-ping-replica-period", "3600"));
    var paused = still.isOk() ? engine.pauseWrites(from, PAUSE) : still;
    // A fence that is closed answers at once, pause or not: it must be open until the target
    // leaves.
    var fenced =
        paused.isOk()
            ? engine.configure(
                from, Map.of(ServerConfig.FENCE, Integer.toString(action.streaming())))
            : paused;
    if (!fenced.isOk() || !caughtUp(action)) {
      return undo(
          action, fenced.isOk() ? to.member() + " did not catch up in time" : fenced.summary());
    }
    // Sessions end before the pause does, or held writes would be answered READONLY.
    engine.endClientSessions(from);
    var promoted = engine.promote(to);
    if (!promoted.isOk()) {
      // It may have been promoted all the same: the fence stays closed until the next pass has
      // seen.
      return new Outcome.Transient("hand-over to " + to.member() + ": " + promoted.summary());
    }
    var followed = engine.follow(from, action.toHost(), Names.PORT);
    engine.endClientSessions(from);
    engine.unpause(from);
    for (var other : action.others()) {
      engine.follow(other, action.toHost(), Names.PORT);
    }
    return followed.isOk()
        ? new Outcome.Done(true)
        : new Outcome.Transient("hand-over from " + from.member() + ": " + followed.summary());
  }

  private boolean caughtUp(Action.HandOver action) {
    var end = clock.instant().plus(CATCH_UP);
    while (clock.instant().isBefore(end)) {
      var wanted = engine.offset(action.from());
      var reached = engine.offset(action.to());
      if (wanted instanceof Answer.Ok<Long>(var target)
          && reached instanceof Answer.Ok<Long>(var offset)
          && offset.longValue() == target.longValue()) {
        return true;
      }
      if (!wanted.isOk() || !reached.isOk()) {
        return false;
      }
    }
    return false;
  }

  /**
   * The old primary goes on; its fence is set right by the next pass, which finds it still leading.
   */
  private Outcome undo(Action.HandOver action, String why) {
    engine.configure(
        action.from(),
        Map.of(
            ServerConfig.FENCE,
            Integer.toString(ServerConfig.fence(action.others().size() + 1)),
            "repl-ping-replica-period",
            "1"));
    engine.unpause(action.from());
    return new Outcome.Waiting(
        Reason.ROLLING, "hand-over from " + action.from().member() + " was called off: " + why);
  }
}
