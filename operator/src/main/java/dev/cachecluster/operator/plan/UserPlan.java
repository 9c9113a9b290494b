package dev.cachecluster.operator.plan;

import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What is done for a CacheUser, and what is told of it.
 *
 * @param verdict what it waits for, why it is refused, or that all is well
 * @param nextLook when to look again if nothing happens
 */
public record UserPlan(List<UserAction> actions, UserVerdict verdict, Duration nextLook) {

  public UserPlan {
    actions = List.copyOf(actions);
  }

  /** The actions, one on a line, and the verdict. */
  public String print() {
    return actions.stream().map(action -> action.describe() + "\n").collect(Collectors.joining())
        + verdict;
  }
}
