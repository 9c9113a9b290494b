package dev.cachecluster.operator.observed;

import dev.cachecluster.operator.engine.Answer;
import dev.cachecluster.operator.engine.EngineAdmin;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Asks who is connected. */
public final class OpenSessions {
  private OpenSessions() {}

  /**
   * Open sessions by server user, of all members together; empty if one of those that may serve
   * could not be asked.
   */
  public static Optional<Map<String, Integer>> of(ObservedState world, EngineAdmin engine) {
    var all = new HashMap<String, Integer>();
    for (var member : world.members()) {
      if (member.ended()) {
        continue;
      }
      var answer = member.address().map(engine::sessions);
      if (answer.isEmpty()
          || !(answer.get() instanceof Answer.Ok<Map<String, Integer>>(var sessions))) {
        return Optional.empty();
      }
      sessions.forEach((user, count) -> all.merge(user, count, Integer::sum));
    }
    return Optional.of(all);
  }
}
