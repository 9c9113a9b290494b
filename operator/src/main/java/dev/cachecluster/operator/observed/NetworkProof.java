package dev.cachecluster.operator.observed;

import dev.cachecluster.operator.desired.DesiredState;
import dev.cachecluster.operator.desired.Digests;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The last run of the probe.
 *
 * @param at when it began, by the clock of the operator that began it
 * @param subject what it looked at, see {@link #subject}
 */
public record NetworkProof(Instant at, String subject, Isolation verdict) {

  /**
   * The addresses of the cluster's members; empty while one has none.
   *
   * @return by name, in order
   */
  public static Optional<Map<String, String>> members(
      DesiredState desired, List<ObservedMember> members) {
    var addresses = new LinkedHashMap<String, String>();
    for (var name : desired.members().keySet()) {
      address(name, members).ifPresent(address -> addresses.put(name, address.ip()));
    }
    return addresses.size() == desired.members().size() ? Optional.of(addresses) : Optional.empty();
  }

  /**
   * A digest of what a run speaks of: the policy of the members, and the very pods that it was
   * tried at. What it proved says nothing of others. Empty while a member has no pod.
   */
  public static Optional<String> subject(DesiredState desired, List<ObservedMember> members) {
    var parts = new ArrayList<String>();
    parts.add(Digests.of(desired.networkPolicy()));
    for (var name : desired.members().keySet()) {
      var address = address(name, members);
      if (address.isEmpty()) {
        return Optional.empty();
      }
      parts.add(name + " " + address.get().podUid() + " " + address.get().ip());
    }
    return Optional.of(Digests.of(String.join("\n", parts)));
  }

  private static Optional<dev.cachecluster.operator.engine.MemberAddress> address(
      String name, List<ObservedMember> members) {
    return members.stream()
        .filter(member -> member.name().equals(name))
        .findFirst()
        .flatMap(ObservedMember::address);
  }
}
