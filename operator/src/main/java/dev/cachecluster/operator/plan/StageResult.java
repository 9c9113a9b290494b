package dev.cachecluster.operator.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A stage's answer: what to do, and whether the stages that it guards have to wait. */
record StageResult(List<Action> actions, Optional<Blocked> blocked) {
  static StageResult of(List<Action> actions) {
    return new StageResult(actions, Optional.empty());
  }

  static StageResult waiting(List<Action> actions, Blocked blocked) {
    return new StageResult(actions, Optional.of(blocked));
  }

  static StageResult nothing() {
    return of(List.of());
  }

  StageResult and(StageResult next) {
    var all = new ArrayList<>(actions);
    all.addAll(next.actions());
    return new StageResult(all, blocked.or(next::blocked));
  }
}
