package dev.cachecluster.operator.plan;

import dev.cachecluster.api.v1alpha1.CacheClusterSpec;
import dev.cachecluster.operator.desired.DesiredState;
import dev.cachecluster.operator.desired.Labels;
import dev.cachecluster.operator.desired.ServerConfig;
import dev.cachecluster.operator.engine.MemberAddress;
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

/** TOPOLOGY: does exactly one member lead, by right, and do all others follow it? */
final class TopologyStage {
  private final DesiredState desired;
  private final CacheClusterSpec spec;
  private final ObservedState world;
  private final String wantedAcl;

  /**
   * @param wantedAcl the digest that every server's access list must have before it gets a role
   */
  TopologyStage(
      DesiredState desired, CacheClusterSpec spec, ObservedState world, String wantedAcl) {
    this.desired = desired;
    this.spec = spec;
    this.world = world;
    this.wantedAcl = wantedAcl;
  }

  StageResult decide(Leadership leadership) {
    return switch (leadership) {
      case Leadership.Leads(var primary) -> lead(primary);
      case Leadership.FailOver(var to, var why) ->
          promote(to, Reason.FAILED_OVER, why, line -> line);
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
              adoptAccess(), new Blocked(Blocked.StageName.TOPOLOGY, reason, message));
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
    if (!view.aclDigest().equals(wantedAcl)) {
      return accessDiffers(to, address);
    }
    var line =
        basis
            .apply(world.lineage())
            .map(
                recorded ->
                    recorded.primary().equals(member)
                        ? recorded
                        : recorded.handTo(member, view.history()))
            .orElseGet(() -> Lineage.begin(nextTerm(), member, view.history()));
    var actions = new ArrayList<Action>();
    if (!Optional.of(line).equals(world.lineage())) {
      actions.add(new Action.RecordState(Optional.of(line), spec, desired.image(), why));
    }
    actions.add(
        new Action.Promote(
            address,
            fenceAtPromotion(member),
            desired.primaryService(Optional.of(member)),
            reason,
            why));
    return StageResult.waiting(
        actions,
        new Blocked(
            Blocked.StageName.TOPOLOGY,
            Reason.NO_PRIMARY,
            member + " is made the primary: " + why));
  }

  private long nextTerm() {
    return world.lineage().map(Lineage::term).orElse(0L) + 1;
  }

  private StageResult record(String member, String why) {
    var history = world.member(member).flatMap(ObservedMember::view).orElseThrow().history();
    var line =
        world
            .lineage()
            .map(recorded -> recorded.handTo(member, history))
            .orElseGet(() -> Lineage.begin(1, member, history));
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
    if (!line.replid().equals(view.history().replid())) {
      actions.add(
          new Action.RecordState(
              Optional.of(line.continuedBy(view.history())),
              spec,
              desired.image(),
              "its history goes on under a new name"));
    }
    Optional<Blocked> blocked = Optional.empty();
    for (var member : world.members()) {
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
    if (!view.aclDigest().equals(wantedAcl)) {
      return accessDiffers(member, address);
    }
    var follows = view.role() instanceof Role.Replica replica && replica.primaryHost().equals(host);
    if (follows) {
      return member.streamsFrom(host)
          ? StageResult.nothing()
          : notStreaming(
              member, Reason.REPLICAS_SYNCING, "is getting its data from " + leader.name());
    }
    return StageResult.waiting(
        List.of(new Action.Follow(address, leader.name(), host, divergence(view, leaderView))),
        new Blocked(
            Blocked.StageName.TOPOLOGY,
            Reason.REPLICAS_SYNCING,
            member.name() + " is told to follow " + leader.name()));
  }

  /**
   * What a member would lose: only one that holds keys and is not a piece of the leader's history.
   */
  private static Optional<String> divergence(ServerView view, ServerView leader) {
    if (view.keys() == 0 || view.history().isPrefixOf(leader.history())) {
      return Optional.empty();
    }
    long fork = leader.history().replid2Offset();
    boolean parted = view.history().replid().equals(leader.history().replid2()) && fork > 0;
    return Optional.of(
        parted
            ? Math.max(0, view.history().offset() - fork + 1) + " bytes of its own writes"
            : "a history that is not the primary's, with " + view.keys() + " keys");
  }

  private StageResult accessDiffers(ObservedMember member, MemberAddress address) {
    return StageResult.waiting(
        List.of(new Action.LoadAcl(address)),
        new Blocked(
            Blocked.StageName.TOPOLOGY,
            Reason.ACCESS_LIST_DIFFERS,
            member.name() + " does not have the wanted access list yet; it gets no role before"));
  }

  /** Before anybody may lead, those that answer at least get their access list. */
  private List<Action> adoptAccess() {
    return world.members().stream()
        .filter(
            member -> member.view().map(view -> !view.aclDigest().equals(wantedAcl)).orElse(false))
        .flatMap(member -> member.address().stream())
        .<Action>map(Action.LoadAcl::new)
        .toList();
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
    fenceOf(primary).ifPresent(fence -> wanted.put(ServerConfig.FENCE, Integer.toString(fence)));
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
    var workload = desired.members().get(member.name());
    return workload != null
        && member.pod().filter(pod -> !pod.spec().equals(Templates.spec(workload))).isPresent();
  }

  /**
   * The fence of a primary that leads. It is raised only when a replica streams, or writes would be
   * refused for no gain; and it is lowered only for a shard of one replica whose absence is
   * explained. Empty means: leave it as it is.
   */
  private Optional<Integer> fenceOf(String primary) {
    var others = others(primary);
    if (others.isEmpty() || desired.replicas() == 0) {
      return Optional.of(0);
    }
    if (others.stream().anyMatch(member -> member.streamsFrom(desired.names().host(primary)))) {
      return Optional.of(1);
    }
    var only = others.getFirst();
    boolean explained = only.ended() || only.view().filter(view -> !mayLead(view)).isPresent();
    return others.size() == 1 && explained ? Optional.of(0) : Optional.empty();
  }

  /**
   * A replica that has the data and merely lost its link is no reason to lower the fence: should
   * the primary fall silent next, that replica is promoted because the primary is fenced.
   */
  private boolean mayLead(ServerView view) {
    return world.lineage().filter(line -> line.covers(view.history())).isPresent();
  }

  /**
   * The fence of a member that is about to lead. With one other member it may be open: that member
   * is proven dead, or has fenced itself and is fed by nobody.
   */
  private int fenceAtPromotion(String primary) {
    return desired.replicas() > 0 && others(primary).size() > 1 ? 1 : 0;
  }

  private List<ObservedMember> others(String primary) {
    return world.members().stream().filter(member -> !member.name().equals(primary)).toList();
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
