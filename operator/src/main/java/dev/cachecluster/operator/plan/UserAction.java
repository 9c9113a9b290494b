package dev.cachecluster.operator.plan;

import dev.cachecluster.api.v1alpha1.CacheUserSpec;
import dev.cachecluster.operator.acl.ServerUser.Slot;
import dev.cachecluster.operator.desired.Grant;
import dev.cachecluster.operator.desired.UserKey;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Optional;

/** One thing that is done for a CacheUser. */
public sealed interface UserAction {
  /** One line for a plan, without secrets. */
  String describe();

  /** Has the API keep the CacheUser until its access is taken away. */
  record Hold() implements UserAction {
    @Override
    public String describe() {
      return "hold the user until its access is gone";
    }
  }

  /** Lets the CacheUser go. */
  record LetGo(String why) implements UserAction {
    @Override
    public String describe() {
      return "let the user go (" + why + ")";
    }
  }

  /**
   * Grants for the first time, with a new password, or with the one that the binding still holds.
   */
  record Begin(UserKey user, String uid, CacheUserSpec spec, Optional<Grant.Standing> standing)
      implements UserAction {
    @Override
    public String describe() {
      return standing.isPresent() ? "grant again what the binding holds" : "grant";
    }
  }

  /**
   * Writes the next state of a grant.
   *
   * @param fresh the slot that gets a new password with it
   * @param news the event that it is worth
   */
  record Advance(Grant next, Optional<Slot> fresh, Optional<Reason> news, String why)
      implements UserAction {
    @Override
    public String describe() {
      return "record that " + why;
    }
  }

  /** Takes the grant away; the cluster's next pass ends its server users. */
  record Withdraw(HasMetadata grant, String why) implements UserAction {
    @Override
    public String describe() {
      return "withdraw the grant (" + why + ")";
    }
  }

  /** Writes the binding. */
  record Bind(HasMetadata binding, Action.Change change) implements UserAction {
    @Override
    public String describe() {
      return "write the binding (" + change.text() + ")";
    }
  }
}
