package dev.cachecluster.operator.desired;

import dev.cachecluster.operator.acl.AclChange;
import dev.cachecluster.operator.acl.AclFile;
import dev.cachecluster.operator.acl.AclListing;
import dev.cachecluster.operator.acl.AclUser;
import dev.cachecluster.operator.acl.ServerUser;
import dev.cachecluster.operator.acl.SystemUsers;
import java.util.List;
import java.util.Set;

/**
 * The users that every server of a cluster should have.
 *
 * @param users all of them
 * @param goal what a server lists that has them; each pass compares it with every server's answer
 * @param spared applications whose record is being restored: what a server has of them stays
 */
public record AccessList(List<AclUser> users, AclListing goal, Set<UserKey> spared) {

  public AccessList {
    users = List.copyOf(users);
    spared = Set.copyOf(spared);
  }

  static AccessList of(List<AclUser> users, Set<UserKey> spared) {
    return new AccessList(users, AclListing.wanted(users), spared);
  }

  /** As a server reads it when it starts. */
  public String file() {
    return AclFile.render(users);
  }

  /** What has to be said to a server that lists this. */
  public AclChange changeOf(AclListing listed) {
    var change = AclChange.between(users, goal, listed);
    return spared.isEmpty()
        ? change
        : new AclChange(change.steps().stream().filter(step -> !isSpared(step)).toList());
  }

  /** Whether a server that lists this has what it should have. */
  public boolean isIn(AclListing listed) {
    return changeOf(listed).isEmpty();
  }

  /** Whether a server has all that concerns the operator's own house, whatever of applications. */
  public boolean houseIsIn(AclListing listed) {
    return changeOf(listed).steps().stream()
        .noneMatch(
            step -> SystemUsers.NAMES.contains(step.user()) || step.user().equals("default"));
  }

  private boolean isSpared(AclChange.Step step) {
    return step instanceof AclChange.Step.Delete(var name)
        && ServerUser.parse(name)
            .filter(who -> spared.contains(new UserKey(who.namespace(), who.name())))
            .isPresent();
  }
}
