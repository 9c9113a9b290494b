package dev.cachecluster.operator.acl;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What has to be said to a server so that it has the wanted users and no others, one user at a
 * time. Nothing is said about a user that is as wanted.
 *
 * <p>The order is that of safety: who is to go goes first, then rights are changed, and new users
 * come last, when nobody has more left than the wanted rights.
 *
 * <p>A user whose rights shrink is deleted and made anew, since a session keeps what it was granted
 * before: it goes on receiving by CLIENT TRACKING, and it gets what it waits for with BLPOP on a
 * key that was taken away. ACL DELUSER ends its sessions in the same step. To set first and to end
 * sessions after it would leave them open for good if the operator dies in between, for then the
 * list shows no difference any more. The two belong into one pipeline: who connects between them is
 * refused. A user whose rights only grow keeps its sessions. Users of the operator's own house keep
 * them, too.
 *
 * @param steps in the order in which they are to be done
 */
public record AclChange(List<Step> steps) {

  /** One command. */
  public sealed interface Step {
    String user();

    /** All words of the command. */
    List<String> words();

    /** Gives a user exactly these rights. Passwords are in it as digests only. */
    record Set(String user, List<String> rules) implements Step {
      public Set {
        rules = List.copyOf(rules);
      }

      @Override
      public List<String> words() {
        List<String> words = new ArrayList<>(List.of("ACL", "SETUSER", user));
        words.addAll(rules);
        return List.copyOf(words);
      }

      @Override
      public String toString() {
        return "set " + user;
      }
    }

    /** Takes a user away, which ends its sessions. */
    record Delete(String user) implements Step {
      @Override
      public List<String> words() {
        return List.of("ACL", "DELUSER", user);
      }

      @Override
      public String toString() {
        return "delete " + user;
      }
    }
  }

  public AclChange {
    steps = List.copyOf(steps);
  }

  /** Whether the server has what is wanted. */
  public boolean isEmpty() {
    return steps.isEmpty();
  }

  /**
   * The way from what a server lists to what is wanted. Users of {@link SystemUsers#NAMES} are
   * never deleted, wanted or not: a server without them could not be reached any more.
   */
  public static AclChange between(Collection<AclUser> wanted, AclListing listed) {
    return between(wanted, AclListing.wanted(wanted), listed);
  }

  /**
   * The same.
   *
   * @param goal what servers list that have what is wanted, see {@link AclListing#wanted}
   */
  public static AclChange between(Collection<AclUser> wanted, AclListing goal, AclListing listed) {
    SortedMap<String, AclUser> byName = new TreeMap<>();
    wanted.forEach(user -> byName.put(user.name(), user));
    List<Step> deletions = new ArrayList<>();
    List<Step> changes = new ArrayList<>();
    List<Step> additions = new ArrayList<>();

    for (String name : listed.users().keySet()) {
      if (!goal.users().containsKey(name) && !SystemUsers.NAMES.contains(name)) {
        deletions.add(new Step.Delete(name));
      }
    }
    goal.users()
        .forEach(
            (name, entry) -> {
              AclListing.Entry now = listed.users().get(name);
              if (now == null) {
                additions.add(set(name, byName));
              } else if (!now.digest().equals(entry.digest())) {
                if (shrinks(now, entry) && isApplication(name)) {
                  changes.add(new Step.Delete(name));
                }
                changes.add(set(name, byName));
              }
            });

    deletions.addAll(changes);
    deletions.addAll(additions);
    return new AclChange(deletions);
  }

  private static boolean isApplication(String name) {
    return !name.equals(AclFile.DEFAULT) && !SystemUsers.NAMES.contains(name);
  }

  private static boolean shrinks(AclListing.Entry now, AclListing.Entry goal) {
    Map<List<String>, CommandRules> seen = new HashMap<>();
    return !RuleLine.of(goal.line(), seen).covers(RuleLine.of(now.line(), seen));
  }

  /** {@code reset} first: whatever the user had, it starts from nothing. */
  private static Step set(String name, Map<String, AclUser> wanted) {
    List<String> rules = new ArrayList<>(List.of("reset"));
    AclUser user = wanted.get(name);
    if (user != null) {
      rules.addAll(AclFile.rules(user));
    } else if (name.equals(AclFile.DEFAULT)) {
      rules.addAll(AclFile.DEFAULT_RIGHTS);
    }
    return new Step.Set(name, rules);
  }
}
