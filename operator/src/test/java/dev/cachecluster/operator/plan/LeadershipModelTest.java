package dev.cachecluster.operator.plan;

import static dev.cachecluster.operator.plan.Decisions.history;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cachecluster.operator.desired.SampleCluster;
import dev.cachecluster.operator.desired.ServerConfig;
import dev.cachecluster.operator.engine.History;
import dev.cachecluster.operator.engine.Role;
import dev.cachecluster.operator.observed.Lineage;
import dev.cachecluster.operator.observed.MemberSketch;
import dev.cachecluster.operator.observed.ObservedMember;
import dev.cachecluster.operator.observed.ObservedMember.ProcessState;
import dev.cachecluster.operator.observed.ObservedState;
import dev.cachecluster.operator.observed.WorldSketch;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.statistics.Statistics;
import net.jqwik.api.statistics.StatisticsReport;

/** The safety rules about leaders, held against many worlds that nobody would think of. */
class LeadershipModelTest {
  private static final Duration FENCED = Duration.ofSeconds(ServerConfig.FENCE_LAG_SECONDS + 2);

  @Provide
  Arbitrary<RandomWorlds.Case> worlds() {
    return Arbitraries.longs().map(RandomWorlds::world);
  }

  private static Leadership decide(RandomWorlds.Case one) {
    return new LeadershipDecision(SampleCluster.NAMES, one.world(), false).decide();
  }

  private static Plan plan(RandomWorlds.Case one) {
    return Decisions.plan(
        RandomWorlds.DESIRED.get(one.replicas()), SampleCluster.spec(one.replicas()), one.world());
  }

  @Property(tries = 2000)
  @StatisticsReport(onFailureOnly = true)
  void nobodyOutsideTheLineageIsFailedOverTo(@ForAll("worlds") RandomWorlds.Case one) {
    var decision = decide(one);
    Statistics.collect(decision.getClass().getSimpleName());
    Statistics.coverage(
        kinds -> {
          for (var kind : Leadership.class.getPermittedSubclasses()) {
            // Only what keeps its data is restored from it: KeptLeadershipModelTest.
            if (kind != Leadership.Restore.class) {
              kinds.check(kind.getSimpleName()).count(worlds -> worlds > 5);
            }
          }
        });
    if (decision instanceof Leadership.FailOver(var to, var _)) {
      var history = one.world().member(to).orElseThrow().view().orElseThrow().history();
      assertThat(
              continues(one.world().lineage().orElseThrow(), history)
                  || isTheOnlyDataOfALineThatBegan(one.world(), history))
          .as("%s continues the line", history)
          .isTrue();
    }
  }

  /** The rule in words of its own, so that a slip in one place does not hide in the other. */
  private static boolean continues(Lineage line, History history) {
    boolean isIt = history.replid().equals(line.replid());
    boolean branchedLater =
        history.replid2().equals(line.replid()) && history.replid2Offset() - 1 >= line.offset();
    boolean stoodBeforeTheFork =
        history.replid().equals(line.previousReplid()) && history.offset() <= line.forkOffset();
    return isIt || branchedLater || stoodBeforeTheFork;
  }

  /**
   * A line that just began is renamed by the engine; who has data then, has it from there, if it
   * follows it.
   */
  private static boolean isTheOnlyDataOfALineThatBegan(ObservedState world, History history) {
    var line = world.lineage().orElseThrow();
    var began = SampleCluster.NAMES.host(line.primary());
    return line.begun()
        && world.members().stream().noneMatch(LeadershipModelTest::isMute)
        && world.members().stream()
            .flatMap(member -> member.view().stream())
            .filter(view -> view.keys() > 0)
            .allMatch(
                view ->
                    view.history().replid().equals(history.replid())
                        && view.role() instanceof Role.Replica replica
                        && replica.primaryHost().equals(began));
  }

  /**
   * The recorded primary, or one that somebody still follows, may take writes while it is silent
   * and not fenced.
   */
  @Property(tries = 3000)
  void nobodyIsPromotedBesideASilentPrimaryThatMayTakeWrites(
      @ForAll("worlds") RandomWorlds.Case one) {
    if (!(decide(one) instanceof Leadership.FailOver(var to, var _))) {
      return;
    }
    var world = one.world();
    var recorded = world.lineage().orElseThrow().primary();
    for (var member : world.members()) {
      if (!isMute(member) || !(member.name().equals(recorded) || isFollowed(world, member))) {
        continue;
      }
      assertThat(world.lineage().orElseThrow().fenced()).as("a fence stands").isTrue();
      var others = world.members().stream().filter(other -> !other.equals(member)).toList();
      long deaf = others.stream().filter(other -> isDeafTo(other, member)).count();
      int fence = others.isEmpty() ? 0 : 1;
      assertThat(deaf)
          .as("%s leads, %s may: replicas without word", to, member.name())
          .isGreaterThanOrEqualTo(others.size() - fence + 1);
      var silence =
          Duration.between(
              Objects.requireNonNull(world.lastSeen().get(member.name())), world.now());
      assertThat(silence).as("silence of %s", member.name()).isGreaterThanOrEqualTo(FENCED);
      for (var other : others) {
        followed(other, member)
            .map(LeadershipModelTest::secondsWithoutWord)
            .filter(seconds -> seconds >= 0)
            .ifPresent(
                seconds -> assertThat(Duration.ofSeconds(seconds)).isGreaterThanOrEqualTo(FENCED));
      }
    }
  }

  private static boolean isMute(ObservedMember member) {
    return member.process() instanceof ProcessState.Silent
        || member.process() instanceof ProcessState.Refusing;
  }

  private static boolean isFollowed(ObservedState world, ObservedMember leader) {
    return world.members().stream().anyMatch(member -> followed(member, leader).isPresent());
  }

  private static Optional<Role.Replica> followed(ObservedMember member, ObservedMember leader) {
    return member
        .view()
        .filter(view -> view.role() instanceof Role.Replica)
        .map(view -> (Role.Replica) view.role())
        .filter(role -> role.primaryHost().equals(SampleCluster.NAMES.host(leader.name())));
  }

  private static long secondsWithoutWord(Role.Replica role) {
    return role.linkUp() ? role.lastIoSeconds() : role.linkDownSeconds();
  }

  private static boolean isDeafTo(ObservedMember member, ObservedMember leader) {
    return member.ended()
        || (!isMute(member)
            && followed(member, leader)
                .map(
                    role ->
                        secondsWithoutWord(role) < 0
                            || secondsWithoutWord(role) >= ServerConfig.FENCE_LAG_SECONDS)
                .orElse(true));
  }

  @Property(tries = 2000)
  void nothingBeginsWhileAnybodyMayHoldData(@ForAll("worlds") RandomWorlds.Case one) {
    if (decide(one) instanceof Leadership.Begin) {
      assertThat(one.world().members()).noneMatch(LeadershipModelTest::isMute);
      assertThat(one.world().members())
          .allSatisfy(member -> assertThat(member.view().filter(view -> view.loading())).isEmpty());
    }
  }

  @Property(tries = 400)
  void aPlanPromotesOneMemberAtMostAndTheRecordNamesIt(@ForAll("worlds") RandomWorlds.Case one) {
    var actions = plan(one).actions();
    var promotions =
        actions.stream()
            .filter(Action.Promote.class::isInstance)
            .map(Action.Promote.class::cast)
            .toList();
    assertThat(promotions).hasSizeLessThanOrEqualTo(1);
    for (var promote : promotions) {
      var recorded =
          actions.subList(0, actions.indexOf(promote)).stream()
              .filter(Action.RecordState.class::isInstance)
              .flatMap(record -> ((Action.RecordState) record).lineage().stream())
              .reduce((_, last) -> last)
              .or(one.world()::lineage);
      assertThat(recorded)
          .hasValueSatisfying(
              line -> assertThat(line.primary()).isEqualTo(promote.member().member()));
      assertThat(actions).noneMatch(Action.HandOver.class::isInstance);
    }
  }

  @Property(tries = 100)
  void theSameWorldGivesTheSamePlan(@ForAll long seed) {
    assertThat(plan(RandomWorlds.world(seed))).isEqualTo(plan(RandomWorlds.world(seed)));
    assertThat(plan(RandomWorlds.world(seed)).print())
        .isEqualTo(plan(RandomWorlds.world(seed)).print());
  }

  @Property(tries = 200)
  void fromSilenceAloneNothingDestructiveFollows(
      @ForAll("worlds") RandomWorlds.Case one, @ForAll boolean refusing) {
    var sketch = new WorldSketch(RandomWorlds.STANDING.get(one.replicas()));
    one.world().lineage().ifPresent(sketch::lineage);
    for (var member : one.world().members()) {
      var mute = new MemberSketch(RandomWorlds.DESIRED.get(one.replicas()), member.name());
      sketch.member((refusing ? mute.refusing() : mute.silent()).madeFrom("another"));
      sketch.heard(member.name(), Duration.ofDays(7));
    }
    assertThat(plan(new RandomWorlds.Case(one.replicas(), sketch.build())).actions())
        .noneMatch(LeadershipModelTest::isDestructive);
  }

  private static boolean isDestructive(Action action) {
    return switch (action) {
      case Action.Promote _,
          Action.Follow _,
          Action.Detach _,
          Action.HandOver _,
          Action.Restart _,
          Action.Remove _ ->
          true;
      case Action.Apply _,
          Action.RecordState _,
          Action.IssueAuthority _,
          Action.RotateAuthority _,
          Action.PublishTrust _,
          Action.ChangeServerCertificate _,
          Action.CreateAccounts _,
          Action.RestoreAccounts _,
          Action.IssueLeaf _,
          Action.Claim _,
          Action.Mark _,
          Action.SetAccess _,
          Action.Configure _,
          Action.ReloadCertificate _,
          Action.Probe _,
          Action.LookAtVolume _,
          Action.Admit _ ->
          false;
    };
  }

  @Property(tries = 400)
  void noMemberWithAnotherAccessListGetsARole(@ForAll("worlds") RandomWorlds.Case one) {
    for (var action : plan(one).actions()) {
      var member =
          switch (action) {
            case Action.Promote promote -> promote.member().member();
            case Action.Follow follow -> follow.member().member();
            default -> null;
          };
      if (member != null) {
        assertThat(one.world().member(member).orElseThrow().view().orElseThrow().aclDigest())
            .as(member)
            .isNotEqualTo(SampleCluster.OTHER_ACCESS.digest());
      }
    }
  }

  @Property(tries = 400)
  void oneRunningServerIsDisruptedAtMost(@ForAll("worlds") RandomWorlds.Case one) {
    long disrupted =
        plan(one).actions().stream()
            .filter(
                action ->
                    switch (action) {
                      case Action.Restart restart ->
                          !one.world().member(restart.member()).orElseThrow().ended();
                      case Action.HandOver _ -> true;
                      case Action.Remove remove -> remove.object().getKind().equals("StatefulSet");
                      default -> false;
                    })
            .count();
    assertThat(disrupted).isLessThanOrEqualTo(1);
  }
}
