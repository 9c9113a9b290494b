package dev.cachecluster.operator.observed;

import dev.cachecluster.operator.acl.ServerUser.Slot;
import dev.cachecluster.operator.pki.KeyPairPem;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the last pass over a cluster saw of one of its users.
 *
 * @param refused why its grant is not carried out; empty if it is
 * @param accepted the slots that every member which may serve was seen to have, with the rights of
 *     the grant
 * @param present the slots that any member still has, or may have, for all that is known
 * @param lacking the members that were not seen to have all of it
 * @param sessions open sessions by slot, of all members; empty if not all could be asked, or nobody
 *     needed to know
 * @param pathOpen whether the network policy stands in the API as it should
 * @param certificate the client certificate; empty until it was issued
 */
public record UserFacts(
    Optional<String> refused,
    Set<Slot> accepted,
    Set<Slot> present,
    List<String> lacking,
    Optional<Map<Slot, Integer>> sessions,
    boolean pathOpen,
    Optional<KeyPairPem> certificate) {

  /** Of a user that the cluster knows nothing of, while all members were asked. */
  public static final UserFacts NOTHING =
      new UserFacts(
          Optional.empty(),
          Set.of(),
          Set.of(),
          List.of(),
          Optional.of(Map.of()),
          false,
          Optional.empty());
}
