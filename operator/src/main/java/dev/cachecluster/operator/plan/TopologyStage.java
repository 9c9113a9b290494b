package dev.cachecluster.operator.plan;

import dev.cachecluster.api.v1alpha1.CacheClusterSpec;
import dev.cachecluster.operator.desired.DesiredState;
import dev.cachecluster.operator.desired.Labels;
import dev.cachecluster.operator.desired.ServerConfig;
import dev.cachecluster.operator.engine.Role;
import dev.cachecluster.operator.engine.ServerView;
import dev.cachecluster.operator.observed.Lineage;
import dev.cachecluster.operator.observed.ObservedMember;
import dev.cachecluster.operator.observed.ObservedState;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** TOPOLOGY: does exactly one member lead, by right, and do all others follow it? */
final class TopologyStage {
  private final DesiredState desired;
  private final CacheClusterSpec spec;
  private final ObservedState world;
  private final ServerAccess access;
  private final Fence fence;
  private final RecordUpkeep upkeep;

  TopologyStage(DesiredState desired, CacheClusterSpec spec, ObservedState world) {
    this.desired = desired;
    this.spec = spec;
    this.world = world;
    this.access = new ServerAccess(desired, world);
    this.fence = new Fence(desired, world);
    this.upkeep = new RecordUpkeep(desired, spec, world, fence);
  }

  StageResult decide(Leadership leadership) {
    return switch (leadership) {
      case Leadership.Leads(var primary) -> lead(primary);
      case Leadership.FailOver(var to, var why) ->
          promote(to, Reason.FAILED_OVER, why, line -> line);
      case Leadership.Restore(var to, var why) ->
          promote(to, Reason.RESTORED, why, line -> line.or(() -> restored(to)));
      case Leadership.Begin(var primary, var lost) ->
          promote(
              primary,
              lost ? Reason.DATA_LOST : Reason.PRIMARY_CHOSEN,
              lost ? "every process was replaced, and there is no persistence" : "the shard is new",
              _ -> Optional.empty());
      case Leadership.TakeBack(var primary, var why) -> record(primary, why);
      case Leadership.Adopt(var primary) ->
          record(primary, "it is the only primary, and there was no record");
      case Leadership.Await(var reason, var message) ->
          StageResult.waiting(
              access.ofAll(), new Blocked(Blocked.StageName.TOPOLOGY, reason, message));
    };
  }

  /**
   * Record first, then the Service, then the role: after a crash anywhere the same is decided
   * again.
   */
  private StageResult promote(
      String member,
      Reason reason,
      String why,
      java.util.function.UnaryOperator<Optional<Lineage>> basis) {
    var to = world.member(member).orElseThrow();
    var view = to.view().orElseThrow();
    var address = to.address().orElseThrow();
    if (!access.isComplete(view)) {
      return access.first(to, address, view);
    }
    int closed = reason == Reason.RESTORED ? Fence.AT_RESTORE : fence.atPromotion(member);
    var line =
        basis
            .apply(world.lineage())
            .map(
                recorded ->
                    recorded.primary().equals(member)
                        ? recorded.withFence(recorded.fenced() && closed > 0)
                        : recorded.handTo(member, view.history(), closed > 0))
            .orElseGet(() -> Lineage.begin(nextTerm(), member, view.history(), closed > 0));
    if (keeps()) {
      line = line.kept(reason == Reason.FAILED_OVER ? line.followers() : Set.of());
    }
    var actions = new ArrayList<Action>();
    if (!Optional.of(line).equals(world.lineage())) {
      actions.add(new Action.RecordState(Optional.of(line), spec, desired.image(), why));
    }
    actions.addAll(fence.withoutTheSilent(member));
    actions.add(
        new Action.Promote(
            address,
            closed,
            desired.primaryService(Optional.of(member)),
            keeps() ? line.mark() : Optional.empty(),
            reason,
            why));
    return StageResult.waiting(
        actions,
        new Blocked(
            Blocked.StageName.TOPOLOGY,
            Reason.NO_PRIMARY,
            member + " is made the primary: " + why));
  }

  private boolean keeps() {
    return spec.persistence().mode().keeps();
  }

  /** The line that this member's data says that it is, of which there is no record. */
  private Optional<Lineage> restored(String member) {
    var known = world.member(member).orElseThrow();
    return known
        .mark()
        .mark()
        .flatMap(mark -> known.view().map(view -> Lineage.restored(mark, view.history())));
  }

  private long nextTerm() {
    return world.lineage().map(Lineage::term).orElse(0L) + 1;
  }

  private StageResult record(String member, String why) {
    var view = world.member(member).flatMap(ObservedMember::view).orElseThrow();
    var line =
        world
            .lineage()
            .map(recorded -> recorded.handTo(member, view.history(), Fence.isClosed(view)))
            .orElseGet(() -> Lineage.begin(1, member, view.history(), false));
    return StageResult.waiting(
        List.of(new Action.RecordState(Optional.of(line), spec, desired.image(), why)),
        new Blocked(
            Blocked.StageName.TOPOLOGY, Reason.PROGRESSING, "recording that " + member + " leads"));
  }

  private StageResult lead(String primary) {
    var leader = world.member(primary).orElseThrow();
    var view = leader.view().orElseThrow();
    var line = world.lineage().orElseThrow();
    var actions = new ArrayList<Action>();
    upkeep.record(line, primary, view).ifPresent(actions::add);
    upkeep.mark(leader, line).ifPresent(actions::add);
    Optional<Blocked> blocked = Optional.empty();
    for (var member : world.members()) {
      access.besideTheRole(member, primary).ifPresent(actions::add);
      var result =
          member.name().equals(primary) ? StageResult.nothing() : follower(member, leader, view);
      actions.addAll(result.actions());
      blocked = blocked.or(result::blocked);
      settings(member, primary).ifPresent(actions::add);
      admission(member, primary).ifPresent(actions::add);
    }
    return new StageResult(actions, blocked);
  }

  private StageResult follower(
      ObservedMember member, ObservedMember leader, ServerView leaderView) {
    var host = desired.names().host(leader.name());
    if (member.view().isEmpty()) {
      return notStreaming(
          member,
          member.ended() ? Reason.WAITING_FOR_PODS : Reason.WAITING_FOR_SERVERS,
          "has no answering server");
    }
    var view = member.view().get();
    var address = member.address().orElseThrow();
    if (!access.isWorkable(view)) {
      return access.first(member, address, view);
    }
    var follows = view.role() instanceof Role.Replica replica && replica.primaryHost().equals(host);
    if (follows) {
      return member.streamsFrom(host)
          ? StageResult.nothing()
          : notStreaming(
              member, Reason.REPLICAS_SYNCING, "is getting its data from " + leader.name());
    }
    if (!access.isComplete(view)) {
      return access.first(member, address, view);
    }
    return StageResult.waiting(
        List.of(
            new Action.Follow(
                address, leader.name(), host, Divergence.of(member, leaderView, world.lineage()))),
        new Blocked(
            Blocked.StageName.TOPOLOGY,
            Reason.REPLICAS_SYNCING,
            member.name() + " is told to follow " + leader.name()));
  }

  private static StageResult notStreaming(ObservedMember member, Reason reason, String what) {
    return StageResult.waiting(
        List.of(), new Blocked(Blocked.StageName.TOPOLOGY, reason, member.name() + " " + what));
  }

  /**
   * The settings of the spec, and the fence. The primary of a shard with one replica is unfenced
   * only while the operator has seen why that replica does not stream, and that it cannot lead.
   */
  private Optional<Action> settings(ObservedMember member, String primary) {
    if (member.view().isEmpty() || member.address().isEmpty()) {
      return Optional.empty();
    }
    var wanted = new LinkedHashMap<>(desired.settings());
    fence
        .ofLeader(primary)
        .ifPresent(value -> wanted.put(ServerConfig.FENCE, Integer.toString(value)));
    wanted.put("repl-ping-replica-period", "1");
    var differing = new LinkedHashMap<String, String>();
    var standing = member.view().get().config();
    wanted.forEach(
        (key, value) -> {
          boolean same = standing.containsKey(key) && Settings.same(key, value, standing.get(key));
          if (!same
              && !(outgrows(member) && Settings.isMoreMemory(key, value, standing.get(key)))) {
            differing.put(key, value);
          }
        });
    return differing.isEmpty()
        ? Optional.empty()
        : Optional.of(new Action.Configure(member.address().get(), Map.copyOf(differing)));
  }

  /**
   * Whether its container has other limits than the spec asks for: more data waits for the restart.
   */
  private boolean outgrows(ObservedMember member) {
    return Templates.isOutdated(member, desired);
  }

  /**
   * The role's label and the gate: open for those that may serve, closed for those that must not.
   */
  private Optional<Action> admission(ObservedMember member, String primary) {
    if (member.pod().isEmpty() || member.view().isEmpty()) {
      return Optional.empty();
    }
    var pod = member.pod().get();
    var leads = member.name().equals(primary);
    boolean serves = leads || member.streamsFrom(desired.names().host(primary));
    var role = Optional.of(leads ? Labels.ROLE_PRIMARY : Labels.ROLE_REPLICA);
    return pod.gateOpen() == serves && pod.role().equals(role)
        ? Optional.empty()
        : Optional.of(new Action.Admit(pod.name(), pod.uid(), role, serves));
  }
}
