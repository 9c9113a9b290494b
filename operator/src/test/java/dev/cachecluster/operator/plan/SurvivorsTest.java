package dev.cachecluster.operator.plan;

import static dev.cachecluster.operator.observed.MemberSketch.FRESH;
import static dev.cachecluster.operator.observed.MemberSketch.LINE;
import static dev.cachecluster.operator.plan.Decisions.P;
import static dev.cachecluster.operator.plan.Decisions.R;
import static dev.cachecluster.operator.plan.Decisions.S;
import static dev.cachecluster.operator.plan.Decisions.decideKept;
import static dev.cachecluster.operator.plan.Decisions.history;
import static dev.cachecluster.operator.plan.Decisions.member;
import static dev.cachecluster.operator.plan.Decisions.replid;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cachecluster.operator.desired.DesiredState;
import dev.cachecluster.operator.desired.SampleCluster;
import dev.cachecluster.operator.observed.Lineage;
import dev.cachecluster.operator.observed.MemberSketch;
import dev.cachecluster.operator.observed.WorldSketch;
import dev.cachecluster.operator.volume.Verdict;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Safety rule 2 where every process is a new one, and the data came from disks. */
class SurvivorsTest {
  private final DesiredState desired = Decisions.desired(2);

  /** P leads since term 3, R and S follow. */
  private static Lineage line(String... followers) {
    return new Lineage(3, P, replid('a'), 1000, "", -1, true, false, LINE, Set.of(followers));
  }

  private WorldSketch world(Lineage line, MemberSketch... members) {
    var world = Decisions.world(desired).lineage(line);
    for (var member : members) {
      world.member(member);
    }
    return world;
  }

  private MemberSketch fresh(String name) {
    return member(desired, name).onPlaceholder(FRESH);
  }

  private MemberSketch empty(String name) {
    return fresh(name).keys(0).unmarked();
  }

  @Test
  void theRecordedPrimaryGoesOnWithWhatItsFileBroughtBack() {
    var decision =
        decideKept(
            world(
                line(R, S),
                fresh(P).marked(3, P).keys(10),
                fresh(R).marked(3, P).keys(1000),
                fresh(S).marked(3, P)));

    assertThat(decision)
        .isInstanceOfSatisfying(Leadership.Restore.class, is -> assertThat(is.to()).isEqualTo(P));
  }

  @Test
  void nobodyLeadsWhileThePrimarysVolumeIsStillToCome() {
    assertThat(
            decideKept(
                world(
                    line(R, S),
                    member(desired, P).gone(),
                    fresh(R).marked(3, P),
                    fresh(S).marked(3, P))))
        .isInstanceOfSatisfying(
            Leadership.Await.class,
            is -> {
              assertThat(is.reason()).isEqualTo(Reason.WAITING_FOR_SERVERS);
              assertThat(is.message()).contains(P).contains("delete its claim");
            });
  }

  @Test
  void notToKnowTheMarkOfThePrimaryIsNotToKnowThatItHasNone() {
    assertThat(
            decideKept(world(line(R, S), fresh(P), fresh(R).marked(3, P), fresh(S).marked(3, P))))
        .isInstanceOf(Leadership.Await.class);
  }

  @Test
  void whoFollowedToTheEndLeadsIfThePrimaryLostItsVolume() {
    assertThat(
            decideKept(
                world(
                    line(S),
                    empty(P),
                    fresh(R).marked(3, P).keys(5000),
                    fresh(S).marked(3, P).keys(1))))
        .isInstanceOfSatisfying(
            Leadership.Restore.class,
            is -> {
              assertThat(is.to()).as("R was away when it ended").isEqualTo(S);
              assertThat(is.why()).contains(P + " lost what it had");
            });
  }

  @Test
  void whoWasAwayNeverLeadsEvenIfNobodyElseIsLeft() {
    assertThat(decideKept(world(line(), empty(P), fresh(R).marked(3, P), empty(S))))
        .isInstanceOfSatisfying(
            Leadership.Await.class,
            is -> assertThat(is.reason()).isEqualTo(Reason.NO_PROVEN_PRIMARY));
  }

  @Test
  void dataOfAnotherLineNeverLeads() {
    var other =
        new Lineage(3, P, replid('a'), 1000, "", -1, true, false, replid('b'), Set.of(R, S));

    assertThat(decideKept(world(other, empty(P), fresh(R).marked(3, P), fresh(S).marked(3, P))))
        .isInstanceOfSatisfying(
            Leadership.Await.class,
            is -> assertThat(is.reason()).isEqualTo(Reason.NO_PROVEN_PRIMARY));
  }

  @Test
  void whoWasRecordedAndNeverLedGivesWayToWhoLedBefore() {
    var handed = new Lineage(4, R, replid('a'), 1000, "", -1, true, false, LINE, Set.of(S));

    assertThat(
            decideKept(
                world(handed, fresh(P).marked(3, P), fresh(R).marked(3, P), fresh(S).marked(3, P))))
        .isInstanceOfSatisfying(Leadership.Restore.class, is -> assertThat(is.to()).isEqualTo(P));
  }

  @Test
  void whoWasRecordedAndLedGoesOn() {
    var handed = new Lineage(4, R, replid('a'), 1000, "", -1, true, false, LINE, Set.of(S));

    assertThat(
            decideKept(
                world(handed, fresh(P).marked(3, P), fresh(R).marked(4, R), fresh(S).marked(3, P))))
        .isInstanceOfSatisfying(Leadership.Restore.class, is -> assertThat(is.to()).isEqualTo(R));
  }

  @Test
  void ofSnapshotsWithAHistoryTheOneThatReachesFurthestGoesOn() {
    assertThat(
            decideKept(
                world(
                    line(R, S),
                    member(desired, P).onPlaceholder(history('a', 1200)).marked(3, P),
                    member(desired, R).onPlaceholder(history('a', 1500)).marked(3, P).keys(1),
                    member(desired, S).onPlaceholder(history('a', 1400)).marked(3, P))))
        .isInstanceOfSatisfying(Leadership.Restore.class, is -> assertThat(is.to()).isEqualTo(R));
  }

  @Test
  void aSnapshotOfOneWhoWasAwayIsNotAmongThem() {
    assertThat(
            decideKept(
                world(
                    line(S),
                    member(desired, P).onPlaceholder(history('a', 1200)).marked(3, P),
                    member(desired, R).onPlaceholder(history('a', 9999)).marked(3, P),
                    member(desired, S).onPlaceholder(history('a', 1100)).marked(3, P))))
        .isInstanceOfSatisfying(Leadership.Restore.class, is -> assertThat(is.to()).isEqualTo(P));
  }

  @Test
  void aReplicaThatLivedThroughItIsBetterThanAnyDisk() {
    assertThat(
            decideKept(
                world(
                    line(R, S),
                    fresh(P).marked(3, P),
                    member(desired, R).follows(P, history('a', 1500)),
                    fresh(S).marked(3, P))))
        .isInstanceOfSatisfying(Leadership.FailOver.class, is -> assertThat(is.to()).isEqualTo(R));
  }

  @Test
  void aCacheThatIsMadeAgainOnItsVolumesGoesOnWithItsLastPrimary() {
    var world = new WorldSketch(desired, SampleCluster.spec(2));
    world.member(fresh(P).marked(3, P)).member(fresh(R).marked(4, R)).member(fresh(S).marked(4, R));

    assertThat(decideKept(world))
        .isInstanceOfSatisfying(Leadership.Restore.class, is -> assertThat(is.to()).isEqualTo(R));
  }

  @Test
  void withoutARecordNobodyLeadsBeforeAllHaveSaidWhatTheyHave() {
    var world = new WorldSketch(desired, SampleCluster.spec(2));
    world
        .member(fresh(P).marked(3, P))
        .member(fresh(R).marked(4, R))
        .member(member(desired, S).gone());

    assertThat(decideKept(world)).isInstanceOf(Leadership.Await.class);
  }

  @Test
  void ifAllVolumesAreEmptyItBeginsAnewAndSaysThatDataWasLost() {
    assertThat(decideKept(world(line(R, S), empty(P), empty(R), empty(S))))
        .isInstanceOfSatisfying(Leadership.Begin.class, is -> assertThat(is.dataLost()).isTrue());
  }

  private MemberSketch unreadable(String name) {
    return member(desired, name)
        .notRunning("CrashLoopBackOff", true)
        .looked(new Verdict.Cut("appendonly.aof.1.incr.aof", 4000, 4096));
  }

  @Test
  void whoFollowedGoesOnIfThePrimaryCannotReadItsFiles() {
    assertThat(
            decideKept(
                world(line(R, S), unreadable(P), fresh(R).marked(3, P), fresh(S).marked(3, P))))
        .isInstanceOfSatisfying(Leadership.Restore.class, is -> assertThat(is.to()).isEqualTo(R));
  }

  @Test
  void nobodyBeginsAnewWhileTheOnlyCopyCannotBeRead() {
    assertThat(decideKept(world(line(R, S), unreadable(P), empty(R), empty(S))))
        .isInstanceOfSatisfying(
            Leadership.Await.class,
            is -> {
              assertThat(is.reason()).isEqualTo(Reason.DATA_CORRUPT);
              assertThat(is.message()).contains(P);
            });
  }

  @Test
  void aServerThatDoesNotStartAndWasNotLookedAtIsWaitedFor() {
    assertThat(
            decideKept(
                world(
                    line(R, S),
                    member(desired, P).notRunning("CrashLoopBackOff", true),
                    fresh(R).marked(3, P),
                    fresh(S).marked(3, P))))
        .isInstanceOfSatisfying(
            Leadership.Await.class,
            is -> assertThat(is.reason()).isEqualTo(Reason.WAITING_FOR_SERVERS));
  }

  @Test
  void withoutARecordWhatCannotBeReadMayBeTheNewest() {
    var world = new WorldSketch(desired, SampleCluster.spec(2));
    world.member(fresh(P).marked(3, P)).member(fresh(R).marked(3, P)).member(unreadable(S));

    assertThat(decideKept(world))
        .isInstanceOfSatisfying(
            Leadership.Await.class, is -> assertThat(is.reason()).isEqualTo(Reason.DATA_CORRUPT));
  }

  @Test
  void whoWasToldToFollowAndDidNotGetThereHasWhatItsDiskHad() {
    assertThat(
            decideKept(
                world(
                    line(),
                    fresh(P).marked(3, P),
                    member(desired, R).followsDeaf(P, FRESH, 1).marked(3, P),
                    member(desired, S).followsDeaf(P, history('a', 900), 1).marked(3, P))))
        .isInstanceOfSatisfying(Leadership.Restore.class, is -> assertThat(is.to()).isEqualTo(P));
  }

  @Test
  void whoWasToldToFollowAndDidNotGetThereDoesNotLeadWhileThePrimaryIsStillToCome() {
    assertThat(
            decideKept(
                world(
                    line(),
                    member(desired, P).gone(),
                    member(desired, R).followsDeaf(P, history('a', 900), 1).marked(3, P),
                    fresh(S).marked(3, P))))
        .isInstanceOfSatisfying(
            Leadership.Await.class,
            is -> assertThat(is.reason()).isEqualTo(Reason.WAITING_FOR_SERVERS));
  }
}
