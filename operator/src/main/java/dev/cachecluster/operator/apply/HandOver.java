package dev.cachecluster.operator.apply;

import dev.cachecluster.operator.desired.Names;
import dev.cachecluster.operator.desired.ServerConfig;
import dev.cachecluster.operator.engine.Answer;
import dev.cachecluster.operator.engine.EngineAdmin;
import dev.cachecluster.operator.engine.Role;
import dev.cachecluster.operator.engine.ServerView;
import dev.cachecluster.operator.plan.Action;
import dev.cachecluster.operator.plan.Reason;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Set;

/**
 * Moves the primary while both live. The old one stops taking writes, first by a pause, which ends
 * by itself, then by a fence of as many replicas as it has, which stays open as long as all are
 * there and closes in the moment in which one leaves to lead: whenever the operator dies, no second
 * writer is left, and the next pass either takes the old primary back or finishes what was begun.
 * The new one begins with an open fence, which the record says, but its writes are held until a
 * replica is there and the fence is closed: a closed one would refuse them meanwhile. The server's
 * own FAILOVER is not used: it waits for an acknowledgement that comes once a second.
 */
public final class HandOver {
  private static final Duration PAUSE = Duration.ofSeconds(5);
  private static final Duration CATCH_UP = Duration.ofSeconds(2);

  /** How long the new primary's writes wait for its first replica, which comes after some 50 ms. */
  private static final Duration FIRST_REPLICA = Duration.ofSeconds(2);

  /** How long they are held if the operator dies: a little longer, so that this is never seen. */
  private static final Duration HOLD = FIRST_REPLICA.plusSeconds(2);

  private final EngineAdmin engine;
  private final Clock clock;

  public HandOver(EngineAdmin engine, Clock clock) {
    this.engine = engine;
    this.clock = clock;
  }

  /**
   * Moves it. Takes some 100 ms, and 10 s at most with servers that answer late; blocks the caller.
   *
   * @return waiting if it was called off and the old primary goes on; transient if it is not known
   *     who leads, which the next pass sees
   */
  public Outcome perform(Action.HandOver action) {
    var from = action.from();
    var to = action.to();
    // A replica's own fence means nothing; it is opened for the time after.
    var open = engine.configure(to, fence(0));
    // The primary's own pings move its offset; from here on there shall be none.
    var still =
        open.isOk() ? engine.configure(from, Map.of("repl-ping-replica-period", "3600")) : open;
    var paused = still.isOk() ? engine.pauseWrites(from, PAUSE) : still;
    // A fence that is closed answers at once, pause or not: it must be open until the target
    // leaves.
    var fenced = paused.isOk() ? engine.configure(from, fence(action.streaming())) : paused;
    if (!fenced.isOk() || !caughtUp(action)) {
      return undo(
          action, fenced.isOk() ? to.member() + " did not catch up in time" : fenced.summary());
    }
    // What comes to the target from now on waits there. Without that it would be taken too early,
    // by a primary whose fence is open.
    var held = engine.pauseWrites(to, HOLD);
    if (!held.isOk()) {
      return undo(action, held.summary());
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
    for (var other : action.others()) {
      engine.follow(other, action.toHost(), Names.PORT);
    }
    engine.endClientSessions(from);
    engine.unpause(from);
    var closed = closeFence(action);
    return followed.isOk() && closed.isOk()
        ? new Outcome.Done(true)
        : new Outcome.Transient(
            "hand-over from "
                + from.member()
                + ": "
                + (followed.isOk() ? closed.summary() : followed.summary()));
  }

  /**
   * Lets the new primary's writes go, behind a closed fence. If no replica came in time they are
   * refused, as ever when no replica is near; the next pass says why.
   */
  private Answer<?> closeFence(Action.HandOver action) {
    var end = clock.instant().plus(FIRST_REPLICA);
    // Each question is a round trip: that is the pause between them.
    var seen = engine.inspect(action.to(), Set.of());
    while (seen instanceof Answer.Ok<ServerView>(var view)
        && !hasReplica(view)
        && clock.instant().isBefore(end)) {
      seen = engine.inspect(action.to(), Set.of());
    }
    int fence = ServerConfig.fence(action.others().size() + 1);
    if (action.mark().isPresent()) {
      // Before the first of the held writes: what a file of it holds says who led.
      return engine.unpause(action.to(), action.mark().get(), fence);
    }
    var closed = engine.configure(action.to(), fence(fence));
    var released = engine.unpause(action.to());
    return closed.isOk() ? released : closed;
  }

  private static boolean hasReplica(ServerView view) {
    return view.role() instanceof Role.Primary leads
        && leads.replicas().stream().anyMatch(Role.ReplicaLink::isOnline);
  }

  private static Map<String, String> fence(int replicas) {
    return Map.of(ServerConfig.FENCE, Integer.toString(replicas));
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
