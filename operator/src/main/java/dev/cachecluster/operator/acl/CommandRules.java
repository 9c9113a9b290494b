package dev.cachecluster.operator.acl;

import java.util.BitSet;
import java.util.HexFormat;
import java.util.List;

/**
 * What a list of command rules allows, on top of nothing: equal for lists of the same meaning. A
 * list with a word that {@link KnownCommands} lacks means what it says, word for word and in its
 * order: such a word may grant something.
 */
final class CommandRules {
  private final BitSet allowed;
  private final String verbatim;

  private CommandRules(BitSet allowed, String verbatim) {
    this.allowed = allowed;
    this.verbatim = verbatim;
  }

  static CommandRules of(List<String> rules) {
    BitSet allowed = new BitSet();
    boolean known = true;
    for (String rule : rules) {
      // "All" means commands of later versions as well, which is more than any set says.
      known &= !rule.equals("+@all") && KnownCommands.REDIS_7_0.apply(rule, allowed);
    }
    return new CommandRules(allowed, known ? "" : String.join(" ", rules));
  }

  /** Whether whoever has these may do all that whoever has the others may. */
  boolean cover(CommandRules other) {
    if (!verbatim.isEmpty() || !other.verbatim.isEmpty()) {
      return verbatim.equals(other.verbatim);
    }
    BitSet beyond = (BitSet) other.allowed.clone();
    beyond.andNot(allowed);
    return beyond.isEmpty();
  }

  /** What is allowed, as far as it is known: names, sorted. */
  List<String> names() {
    return allowed.stream().mapToObj(KnownCommands.REDIS_7_0.names()::get).toList();
  }

  /** One text for all lists of the same meaning. */
  String canonical() {
    return verbatim.isEmpty() ? HexFormat.of().formatHex(allowed.toByteArray()) : verbatim;
  }
}
