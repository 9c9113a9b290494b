package dev.cachecluster.operator.apply;

import dev.cachecluster.api.v1alpha1.CacheCluster;
import dev.cachecluster.api.v1alpha1.CacheUser;
import dev.cachecluster.operator.acl.Secret;
import dev.cachecluster.operator.acl.ServerUser.Slot;
import dev.cachecluster.operator.desired.Grant;
import dev.cachecluster.operator.desired.Names;
import dev.cachecluster.operator.observed.GrantSecret;
import dev.cachecluster.operator.observed.ObservedUser;
import dev.cachecluster.operator.plan.Action;
import dev.cachecluster.operator.plan.Drift;
import dev.cachecluster.operator.plan.Reason;
import dev.cachecluster.operator.plan.UserAction;
import dev.cachecluster.operator.plan.UserPlan;
import dev.cachecluster.operator.plan.UserPlanner;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.net.HttpURLConnection;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Does the actions of a user's plan in their order. The first that is not done ends the pass. */
public final class UserExecutor {
  private final KubernetesClient client;
  private final CacheUser user;
  private final Names cluster;
  private final SecureRandom random;
  private final ObjectWriter grants;
  private final ObjectWriter bindings;
  private final Journal journal;

  /**
   * An executor for one pass.
   *
   * @param cluster the cluster that is asked for; empty if there is none, and then nothing is
   *     granted
   */
  public UserExecutor(
      KubernetesClient client,
      CacheUser user,
      Names names,
      Optional<CacheCluster> cluster,
      WriteOverlay overlay,
      Journal journal,
      Clock clock,
      SecureRandom random) {
    this.client = client;
    this.user = user;
    this.cluster = names;
    this.random = random;
    this.journal = journal;
    this.grants =
        new ObjectWriter(client, cluster.<HasMetadata>map(c -> c).orElse(user), overlay, clock);
    this.bindings = new ObjectWriter(client, user, overlay, clock);
  }

  /** Does it. Errors of the API are outcomes; nothing is concluded from them. */
  public Outcome execute(UserPlan plan, ObservedUser world) {
    Outcome last = new Outcome.Done(false);
    for (var action : plan.actions()) {
      try {
        last = perform(action, world);
      } catch (KubernetesClientException e) {
        last = failed(action, e);
      }
      if (!last.done()) {
        return last;
      }
      journal.done(user, action);
    }
    return last;
  }

  private Outcome perform(UserAction action, ObservedUser world) {
    return switch (action) {
      case UserAction.Hold _ -> finalizers(true);
      case UserAction.LetGo _ -> finalizers(false);
      case UserAction.Begin begin -> begin(begin);
      case UserAction.Advance advance -> advance(advance, world);
      case UserAction.Withdraw(var grant, var _) -> {
        grants.remove(grant);
        yield new Outcome.Done(true);
      }
      case UserAction.Bind(var binding, var change) -> bind(binding, change, world);
    };
  }

  private Outcome begin(UserAction.Begin begin) {
    var slot = begin.standing().map(Grant.Standing::slot).orElse(Slot.A);
    var password =
        begin.standing().map(Grant.Standing::password).orElseGet(() -> Secret.random(random));
    var grant =
        new Grant(
            begin.user(),
            begin.uid(),
            begin.spec(),
            Map.of(slot, password),
            slot,
            Optional.empty(),
            new Grant.Rotation.Idle(),
            Grant.Tokens.NONE);
    // What is random is made once; a damaged record in its place is of no use to anybody.
    var secret = Drift.marked(GrantSecret.of(grant, cluster));
    return grants.apply(secret, Action.Change.MISSING);
  }

  /** The version that was read must still stand: a step of a rotation is never taken twice. */
  private Outcome advance(UserAction.Advance advance, ObservedUser world) {
    var next =
        advance.fresh().isPresent()
            ? advance.next().withOther(Secret.random(random))
            : advance.next();
    var secret = Drift.marked(GrantSecret.of(next, cluster));
    secret
        .getMetadata()
        .setResourceVersion(world.grantSecret().orElseThrow().getMetadata().getResourceVersion());
    grants.write(secret, true);
    return new Outcome.Done(true);
  }

  private Outcome bind(HasMetadata binding, Action.Change change, ObservedUser world) {
    // What is known of the binding comes from a cache of ours alone, so a foreign one is unknown.
    return bindings.apply(binding, world.binding().isPresent() ? change : Action.Change.MISSING);
  }

  private Outcome finalizers(boolean hold) {
    var standing = user.getMetadata().getFinalizers();
    var wanted = new ArrayList<>(standing == null ? List.<String>of() : standing);
    if (hold && !wanted.contains(UserPlanner.FINALIZER)) {
      wanted.add(UserPlanner.FINALIZER);
    } else if (!hold) {
      wanted.remove(UserPlanner.FINALIZER);
    }
    var list = String.join("\",\"", wanted);
    var patch =
        "{\"metadata\":{\"uid\":\""
            + user.getMetadata().getUid()
            + "\",\"resourceVersion\":\""
            + user.getMetadata().getResourceVersion()
            + "\",\"finalizers\":["
            + (wanted.isEmpty() ? "" : "\"" + list + "\"")
            + "]}}";
    client
        .resources(CacheUser.class)
        .inNamespace(user.getMetadata().getNamespace())
        .withName(user.getMetadata().getName())
        .patch(PatchContext.of(PatchType.JSON_MERGE), patch);
    return new Outcome.Done(true);
  }

  private static Outcome failed(UserAction action, KubernetesClientException e) {
    var message =
        action.describe()
            + ": "
            + (e.getStatus() == null ? e.getMessage() : e.getStatus().getMessage());
    return switch (e.getCode()) {
      case 422 -> new Outcome.Invalid(Reason.API_ERROR, message);
      case HttpURLConnection.HTTP_NOT_FOUND, HttpURLConnection.HTTP_CONFLICT ->
          new Outcome.Waiting(Reason.PROGRESSING, action.describe() + ": the world has moved on");
      default -> new Outcome.Transient(message);
    };
  }
}
