package dev.cachecluster.operator.plan;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What one pass does, in order, and what it waits for.
 *
 * @param actions in the order in which they are done; the first that fails ends the pass
 * @param blocked what the stages wait for
 * @param leadership what was decided about who leads
 * @param network what can be said of the network's isolation
 * @param nextLook when to look again at the latest
 */
public record Plan(
    List<Action> actions,
    List<Blocked> blocked,
    Optional<Leadership> leadership,
    NetworkClaim network,
    Duration nextLook) {

  /** One line: what comes next, and why. The same world gives the same line. */
  public String summary() {
    var parts = new ArrayList<String>();
    actions.stream().map(Action::describe).forEach(parts::add);
    blocked.stream().map(Blocked::toString).forEach(parts::add);
    return parts.isEmpty() ? "nothing to do" : String.join(" · ", parts);
  }

  /** The same, a line each, as golden files show it. */
  public String print() {
    return actions.isEmpty() && blocked.isEmpty()
        ? "nothing to do\n"
        : summary().lines().collect(Collectors.joining()).replace(" · ", "\n") + "\n";
  }

  public Optional<Blocked> blockedAt(Blocked.StageName stage) {
    return blocked.stream().filter(each -> each.stage() == stage).findFirst();
  }
}
