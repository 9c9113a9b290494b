package dev.cachecluster.operator.plan;

import static dev.cachecluster.operator.plan.Decisions.P;
import static dev.cachecluster.operator.plan.Decisions.P_LEADS;
import static dev.cachecluster.operator.plan.Decisions.R;
import static dev.cachecluster.operator.plan.Decisions.S;
import static dev.cachecluster.operator.plan.Decisions.branched;
import static dev.cachecluster.operator.plan.Decisions.decide;
import static dev.cachecluster.operator.plan.Decisions.history;
import static dev.cachecluster.operator.plan.Decisions.member;
import static dev.cachecluster.operator.plan.Decisions.plan;
import static dev.cachecluster.operator.plan.Decisions.replid;
import static dev.cachecluster.operator.plan.Decisions.world;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cachecluster.operator.desired.DesiredState;
import dev.cachecluster.operator.desired.SampleCluster;
import dev.cachecluster.operator.observed.Lineage;
import dev.cachecluster.operator.observed.WorldSketch;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Safety rule 2: a member may lead only if its history joins the recorded lineage; among those the
 * highest offset wins.
 */
class SafetyRule2HistoryDecidesNeverSizeTest {
  private final DesiredState desired = Decisions.desired(2);

  private WorldSketch deadPrimary() {
    return world(desired).member(member(desired, P).gone()).heard(P, Duration.ofMinutes(1));
  }

  @Test
  void aMemberOutsideTheLineageNeverLeadsHoweverMuchItHolds() {
    var world =
        deadPrimary()
            .member(member(desired, R).followsDeaf(P, history('a', 1100), 60).keys(1))
            .member(member(desired, S).onPlaceholder(history('b', 9_000_000)).keys(1_000_000));
    assertThat(decide(world))
        .isInstanceOfSatisfying(
            Leadership.FailOver.class, failOver -> assertThat(failOver.to()).isEqualTo(R));
  }

  @Test
  void amongThoseInsideTheHighestOffsetWinsAndNotTheMostKeys() {
    var world =
        deadPrimary()
            .member(member(desired, R).followsDeaf(P, history('a', 1100), 60).keys(1_000_000))
            .member(member(desired, S).followsDeaf(P, history('a', 1101), 60).keys(1));
    assertThat(decide(world))
        .isInstanceOfSatisfying(
            Leadership.FailOver.class, failOver -> assertThat(failOver.to()).isEqualTo(S));
  }

  @Test
  void aMemberThatIsOnItsWayOutLeadsOnlyIfThereIsNoOther() {
    var both =
        deadPrimary()
            .member(member(desired, R).followsDeaf(P, history('a', 1100), 60))
            .member(member(desired, S).followsDeaf(P, history('a', 1101), 60).deleting());
    assertThat(decide(both))
        .isInstanceOfSatisfying(
            Leadership.FailOver.class, failOver -> assertThat(failOver.to()).isEqualTo(R));
    var alone = both.member(member(desired, R).gone());
    assertThat(decide(alone))
        .isInstanceOfSatisfying(
            Leadership.FailOver.class, failOver -> assertThat(failOver.to()).isEqualTo(S));
  }

  @Test
  void whileOneInsideMayComeBackNobodyElseLeads() {
    var world =
        deadPrimary()
            .member(member(desired, R).onPlaceholder(history('b', 500)).keys(500))
            .member(member(desired, S).silent())
            .heard(S, Duration.ofHours(24));
    assertThat(decide(world))
        .isInstanceOfSatisfying(
            Leadership.Await.class,
            await -> {
              assertThat(await.reason()).isEqualTo(Reason.NO_PROVEN_PRIMARY);
              assertThat(await.message())
                  .contains(S)
                  .contains("delete its pod if it is lost for good");
            });
  }

  @Test
  void whenEveryProcessWasReplacedTheShardBeginsAgainAndSaysThatDataWasLost() {
    var world =
        world(desired)
            .member(member(desired, P).onPlaceholder())
            .member(member(desired, R).onPlaceholder())
            .member(member(desired, S).onPlaceholder());
    assertThat(decide(world)).isEqualTo(new Leadership.Begin(P, true));
    assertThat(plan(desired, world).actions())
        .filteredOn(Action.Promote.class::isInstance)
        .singleElement()
        .satisfies(
            promote -> assertThat(((Action.Promote) promote).reason()).isEqualTo(Reason.DATA_LOST));
  }

  /** The leader went on as history b after offset 1200 of history a. */
  @ParameterizedTest(name = "a@{0} joins b, which left a after 1200: {1}")
  @CsvSource({"900,true", "1200,true", "1201,false", "5000,false"})
  void aPieceOfTheRecordedHistoryIsInsideUpToTheForkAndNotBeyond(long offset, boolean inside) {
    var line = new Lineage(4, P, replid('b'), 1200, replid('a'), 1200, true, false, "", Set.of());
    assertThat(line.covers(history('a', offset))).isEqualTo(inside);
  }

  @ParameterizedTest(name = "c, which left a after {0}, continues a as recorded at 1000: {1}")
  @CsvSource({"999,false", "1000,true", "1500,true"})
  void aBranchIsInsideOnlyIfItLeftAfterTheRecordedPoint(long fork, boolean inside) {
    assertThat(P_LEADS.covers(branched('c', 2000, 'a', fork))).isEqualTo(inside);
  }

  @Test
  void theLineageIsRecordedBeforeAnybodyIsPromoted() {
    var actions =
        plan(
                desired,
                deadPrimary()
                    .member(member(desired, R).followsDeaf(P, history('a', 1100), 60))
                    .member(member(desired, S).followsDeaf(P, history('a', 1100), 60)))
            .actions();
    var record =
        actions.stream().filter(Action.RecordState.class::isInstance).findFirst().orElseThrow();
    var promote =
        actions.stream().filter(Action.Promote.class::isInstance).findFirst().orElseThrow();
    assertThat(actions.indexOf(record)).isLessThan(actions.indexOf(promote));
    assertThat(((Action.RecordState) record).lineage())
        .hasValueSatisfying(
            line -> {
              assertThat(line.primary()).isEqualTo(R);
              assertThat(line.term()).isEqualTo(P_LEADS.term() + 1);
              assertThat(line.covers(history('a', 1100))).isTrue();
            });
  }

  @Test
  void whatAMemberWouldLoseIsSaidBeforeItFollows() {
    var line = new Lineage(4, R, replid('b'), 1200, replid('a'), 1200, true, false, "", Set.of());
    var world =
        world(desired)
            .lineage(line)
            .member(member(desired, P).onPlaceholder(history('a', 1250)).keys(10))
            .member(member(desired, R).leads(branched('b', 1400, 'a', 1200)))
            .member(member(desired, S).follows(R, branched('b', 1400, 'a', 1200)));
    assertThat(plan(desired, world).actions())
        .filteredOn(Action.Follow.class::isInstance)
        .singleElement()
        .satisfies(
            follow -> {
              assertThat(((Action.Follow) follow).member().member()).isEqualTo(P);
              assertThat(((Action.Follow) follow).divergent())
                  .hasValue("50 bytes of its own writes");
            });
  }

  /** Its primary was renamed by its first replica, and ended before that was recorded. */
  @Test
  void theOnlyDataOfALineThatJustBeganMayLeadUnderItsNewName() {
    assertThat(decide(onlyCopyWithR(Lineage.begin(1, P, history('a', 0), true))))
        .isEqualTo(new Leadership.FailOver(R, "its pod is gone"));
  }

  @Test
  void dataOfAnotherLineIsNeitherPromotedNorOverwritten() {
    assertNothingMoves(onlyCopyWithR(P_LEADS));
    assertNothingMoves(
        onlyCopyWithR(Lineage.begin(1, P, history('a', 0), true))
            .member(member(desired, S).followsDeaf(P, history('c', 20), 60).keys(10)));
    assertNothingMoves(
        onlyCopyWithR(Lineage.begin(1, S, history('a', 0), true))
            .member(member(desired, S).onPlaceholder()));
  }

  private WorldSketch onlyCopyWithR(Lineage line) {
    return deadPrimary()
        .lineage(line)
        .member(member(desired, R).followsDeaf(P, history('b', 10), 60).keys(10))
        .member(member(desired, S).onPlaceholder());
  }

  @Test
  void withoutARecordTheOnlyPrimaryIsAdopted() {
    var world =
        new WorldSketch(desired, SampleCluster.spec(2))
            .member(member(desired, P).follows(R, history('a', 1)))
            .member(member(desired, R).leads(history('a', 1)))
            .member(member(desired, S).follows(R, history('a', 1)));
    assertThat(decide(world)).isEqualTo(new Leadership.Adopt(R));
  }

  @Test
  void withoutARecordAndWithTwoPrimariesNothingMoves() {
    assertNothingMoves(
        new WorldSketch(desired, SampleCluster.spec(2))
            .member(member(desired, P).leads(history('a', 10)))
            .member(member(desired, R).leads(history('b', 9999)).keys(9999))
            .member(member(desired, S).follows(R, history('b', 9999))));
  }

  @Test
  void withoutARecordAndWithDataButNoPrimaryNothingMoves() {
    assertNothingMoves(
        new WorldSketch(desired, SampleCluster.spec(2))
            .member(member(desired, P).onPlaceholder())
            .member(member(desired, R).onPlaceholder(history('b', 9999)).keys(9999))
            .member(member(desired, S).onPlaceholder()));
  }

  @Test
  void withoutARecordAndWithSomebodySilentNothingMoves() {
    assertNothingMoves(
        new WorldSketch(desired, SampleCluster.spec(2))
            .member(member(desired, P).leads(history('a', 10)))
            .member(member(desired, R).follows(P, history('a', 10)))
            .member(member(desired, S).silent())
            .heard(S, Duration.ofHours(24)));
  }

  private void assertNothingMoves(WorldSketch world) {
    var plan = plan(desired, world);
    assertThat(plan.leadership())
        .hasValueSatisfying(
            decision ->
                assertThat(decision)
                    .isInstanceOfSatisfying(
                        Leadership.Await.class,
                        await -> assertThat(await.reason()).isEqualTo(Reason.NO_PROVEN_PRIMARY)));
    assertThat(plan.actions()).isEmpty();
  }
}
