package dev.cachecluster.operator.plan;

import dev.cachecluster.operator.desired.AccessList;
import dev.cachecluster.operator.desired.DesiredState;
import dev.cachecluster.operator.engine.MemberAddress;
import dev.cachecluster.operator.engine.Role;
import dev.cachecluster.operator.engine.ServerView;
import dev.cachecluster.operator.observed.ObservedMember;
import dev.cachecluster.operator.observed.ObservedState;
import java.util.List;
import java.util.Optional;

/**
 * Has every server the users that it should have? Without all of them it gets no role; one that has
 * its role keeps it while a user of an application changes.
 */
final class ServerAccess {
  private final DesiredState desired;
  private final ObservedState world;
  private final AccessList wanted;

  ServerAccess(DesiredState desired, ObservedState world) {
    this.desired = desired;
    this.world = world;
    this.wanted = desired.accessList().orElseThrow();
  }

  boolean isComplete(ServerView server) {
    return wanted.isIn(server.acl());
  }

  /** Whether all is there that the operator, replication and probes need. */
  boolean isWorkable(ServerView server) {
    return wanted.houseIsIn(server.acl());
  }

  /** What has to be done first, for a member that waits for its role. */
  StageResult first(ObservedMember member, MemberAddress address, ServerView server) {
    return StageResult.waiting(
        List.of(new Action.SetAccess(address, wanted.changeOf(server.acl()))),
        new Blocked(
            Blocked.StageName.TOPOLOGY,
            Reason.ACCESS_LIST_DIFFERS,
            member.name() + " does not have the wanted access list yet; it gets no role before"));
  }

  /** What is done for a member that has its role already. */
  Optional<Action> besideTheRole(ObservedMember member, String primary) {
    var host = desired.names().host(primary);
    boolean hasRole =
        member.name().equals(primary)
            || member
                .view()
                .filter(this::isWorkable)
                .filter(
                    view ->
                        view.role() instanceof Role.Replica replica
                            && replica.primaryHost().equals(host))
                .isPresent();
    return hasRole ? change(member) : Optional.empty();
  }

  /** Whoever answers gets its access list, whatever else is wrong. */
  List<Action> ofAll() {
    return world.members().stream().flatMap(member -> change(member).stream()).toList();
  }

  private Optional<Action> change(ObservedMember member) {
    return member.view().isPresent() && member.address().isPresent()
        ? Optional.of(wanted.changeOf(member.view().get().acl()))
            .filter(change -> !change.isEmpty())
            .map(change -> new Action.SetAccess(member.address().get(), change))
        : Optional.empty();
  }
}
