package dev.cachecluster.operator.acl;

import java.util.ArrayList;
import java.util.List;

/** What all roles of applications have in common; why, stands at {@link Role}. */
final class CommonRules {
  /** What every client needs to speak at all. */
  private static final List<String> SPEAKING =
      List.of("+@transaction", "+client", "+command", "+echo", "+ping");

  private static final List<String> TAKEN_AWAY =
      List.of(
          "-@dangerous",
          "-copy",
          "-dbsize",
          "-function",
          "-move",
          "-pubsub",
          "-randomkey",
          "-scan");

  /** What a tenant must not have beside others. */
  private static final String BROADCAST = "-client|tracking";

  private static final List<String> EXCEPTIONS = List.of("+info", "+time");

  private CommonRules() {}

  static List<String> around(List<String> granted, boolean shared) {
    List<String> rules = new ArrayList<>(granted);
    rules.addAll(SPEAKING);
    rules.addAll(TAKEN_AWAY);
    if (shared) {
      rules.add(BROADCAST);
    }
    rules.addAll(EXCEPTIONS);
    return List.copyOf(rules);
  }
}
