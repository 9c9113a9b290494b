package dev.cachecluster.operator.plan;

import static dev.cachecluster.operator.plan.Decisions.P;
import static dev.cachecluster.operator.plan.Decisions.P_LEADS;
import static dev.cachecluster.operator.plan.Decisions.R;
import static dev.cachecluster.operator.plan.Decisions.S;
import static dev.cachecluster.operator.plan.Decisions.decide;
import static dev.cachecluster.operator.plan.Decisions.history;
import static dev.cachecluster.operator.plan.Decisions.member;
import static dev.cachecluster.operator.plan.Decisions.plan;
import static dev.cachecluster.operator.plan.Decisions.world;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cachecluster.operator.desired.DesiredState;
import dev.cachecluster.operator.desired.ServerConfig;
import dev.cachecluster.operator.engine.History;
import dev.cachecluster.operator.observed.Lineage;
import dev.cachecluster.operator.observed.MemberSketch;
import dev.cachecluster.operator.observed.WorldSketch;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Safety rule 3: an unreachable primary is replaced only when its death is proven, or that it is
 * fenced.
 */
class SafetyRule3TwoPrimariesNeverBothTakeWritesTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Duration SILENT = Duration.ofSeconds(50);
  private static final History A = history('a', 1100);

  private final DesiredState desired = Decisions.desired(2);

  private WorldSketch silentPrimary(Duration since) {
    return world(desired).member(member(desired, P).silent()).heard(P, since);
  }

  @Test
  void aCutBetweenPrimaryWithReplicaAndReplicaWithOperatorPromotesNobody() {
    assertWaits(
        silentPrimary(Duration.ofHours(1))
            .member(member(desired, R).silent())
            .member(member(desired, S).followsDeaf(P, A, 3600))
            .heard(R, Duration.ofHours(1)));
  }

  @Test
  void aReplicaThatHearsThePrimaryIsProofThatItMayLead() {
    assertWaits(
        silentPrimary(Duration.ofHours(1))
            .member(member(desired, R).follows(P, A, true, false, -1, 1))
            .member(member(desired, S).followsDeaf(P, A, 3600)));
  }

  @Test
  void whenNoReplicaHearsItForTheLagAndTwoSecondsItIsFencedAndReplaced() {
    assertThat(decide(bothDeaf(60, MINUTE)))
        .isInstanceOfSatisfying(Leadership.FailOver.class, to -> assertThat(to.to()).isEqualTo(R));
  }

  @ParameterizedTest(name = "deaf for {0} s")
  @ValueSource(longs = {0, 1, 2, 3, 4})
  void notBeforeTheLagAndTwoSecondsHavePassed(long deafSeconds) {
    assertWaits(bothDeaf(deafSeconds, MINUTE));
  }

  @Test
  void theOperatorsOwnLastWordFromThePrimaryCountsAsASignOfLife() {
    assertWaits(bothDeaf(60, Duration.ofMillis(4999)));
    assertThat(decide(bothDeaf(60, Duration.ofSeconds(5)))).isInstanceOf(Leadership.FailOver.class);
  }

  private WorldSketch bothDeaf(long seconds, Duration silent) {
    return silentPrimary(silent)
        .member(member(desired, R).followsDeaf(P, A, seconds))
        .member(member(desired, S).followsDeaf(P, A, seconds));
  }

  @Test
  void aReplicaWhoseEndIsProvenHearsNobody() {
    assertThat(
            decide(
                silentPrimary(MINUTE)
                    .member(member(desired, R).gone())
                    .member(member(desired, S).followsDeaf(P, A, 60))))
        .isInstanceOfSatisfying(Leadership.FailOver.class, to -> assertThat(to.to()).isEqualTo(S));
  }

  @Test
  void aProvenDeathNeedsNoWait() {
    var world =
        world(desired)
            .member(member(desired, P).gone())
            .member(member(desired, R).followsDeaf(P, A, 0))
            .member(member(desired, S).followsDeaf(P, A, 0))
            .heard(P, Duration.ZERO);
    assertThat(decide(world)).isInstanceOf(Leadership.FailOver.class);
  }

  @Test
  void aPrimaryWithoutReplicasIsNeverGivenUpOnSilenceAlone() {
    var alone = Decisions.desired(0);
    assertWaits(world(alone).member(member(alone, P).silent()).heard(P, Duration.ofDays(1)));
  }

  @Test
  void silenceProvesNothingOfAPrimaryThatMayTakeWritesWithoutAReplica() {
    assertWaits(bothDeaf(50, SILENT).lineage(P_LEADS.withFence(false)));

    var one = Decisions.desired(1);
    var alone =
        world(one)
            .member(member(one, P).silent())
            .member(member(one, R).followsDeaf(P, A, 50))
            .heard(P, SILENT);
    assertThat(decide(alone)).isInstanceOf(Leadership.FailOver.class);
    assertWaits(alone.lineage(P_LEADS.withFence(false)));
    // After a while only a person can know.
    assertThat(decide(alone.heard(P, MINUTE)))
        .isInstanceOfSatisfying(
            Leadership.Await.class,
            await -> assertThat(await.reason()).isEqualTo(Reason.NO_PROVEN_PRIMARY));
  }

  @Test
  void anErrorIsNoProofOfDeath() {
    assertWaits(
        world(desired)
            .member(member(desired, P).refusing())
            .member(member(desired, R).follows(P, A))
            .member(member(desired, S).follows(P, A))
            .heard(P, MINUTE));
  }

  /**
   * The hand-over to R was recorded and not begun; R's process is a new one, and P still leads S.
   */
  @Test
  void theOldPrimaryOfAHandOverThatWasOnlyRecordedMayStillLead() {
    var world =
        world(desired)
            .lineage(P_LEADS.handTo(R, A, true))
            .member(member(desired, P).silent())
            .member(member(desired, R).onPlaceholder())
            .member(member(desired, S).follows(P, A))
            .heard(P, MINUTE);
    assertWaits(world);
    assertWaits(world.member(member(desired, R).gone()));
    assertThat(decide(world.member(member(desired, S).followsDeaf(P, A, 60))))
        .isInstanceOf(Leadership.FailOver.class);
  }

  private static void assertWaits(WorldSketch world) {
    assertThat(decide(world))
        .isInstanceOfSatisfying(
            Leadership.Await.class,
            await -> assertThat(await.reason()).isEqualTo(Reason.WAITING_FOR_EVIDENCE));
  }

  private Optional<String> fenceToldToP(MemberSketch replica, String standing) {
    var one = Decisions.desired(1);
    var world =
        world(one)
            .member(member(one, P).leads(A).setting(ServerConfig.FENCE, standing))
            .member(replica);
    return plan(one, world).actions().stream()
        .filter(Action.Configure.class::isInstance)
        .map(Action.Configure.class::cast)
        .filter(configure -> configure.member().member().equals(P))
        .flatMap(
            configure -> Optional.ofNullable(configure.settings().get(ServerConfig.FENCE)).stream())
        .findFirst();
  }

  private static MemberSketch only() {
    return member(Decisions.desired(1), R);
  }

  @Test
  void theFenceOfAShardWithOneReplicaIsLoweredWhenItsReplicaIsProvenGone() {
    assertThat(fenceToldToP(only().gone(), "1")).hasValue("0");
    assertThat(fenceToldToP(only().notRunning("CrashLoopBackOff", true), "1")).hasValue("0");
  }

  @Test
  void theFenceIsLoweredForAReplicaThatHasToBeFilledAnew() {
    assertThat(fenceToldToP(only().onPlaceholder(), "1")).hasValue("0");
    assertThat(fenceToldToP(only().follows(P, MemberSketch.FRESH, true, true, -1, 0), "1"))
        .hasValue("0");
  }

  @Test
  void theFenceIsRaisedAgainOnceTheReplicaStreams() {
    assertThat(fenceToldToP(only().follows(P, A), "0")).hasValue("1");
  }

  @Test
  void thatTheFenceIsOpenIsRecordedBeforeItIsOpened() {
    var one = Decisions.desired(1);
    var actions =
        plan(one, world(one).member(member(one, P).leads(A)).member(only().gone())).actions();

    assertThat(recorded(actions)).hasValue(false);
    assertThat(actions.getFirst()).isInstanceOf(Action.RecordState.class);
    assertThat(actions).anyMatch(Action.Configure.class::isInstance);
  }

  @Test
  void thatTheFenceIsClosedIsRecordedOnlyAfterItWasSeen() {
    var one = Decisions.desired(1);
    var open = world(one).lineage(P_LEADS.withFence(false)).member(only().follows(P, A));

    assertThat(
            recorded(
                plan(one, open.member(member(one, P).leads(A).setting(ServerConfig.FENCE, "0")))
                    .actions()))
        .isEmpty();
    assertThat(recorded(plan(one, open.member(member(one, P).leads(A))).actions())).hasValue(true);
  }

  private static Optional<Boolean> recorded(List<Action> actions) {
    return actions.stream()
        .filter(Action.RecordState.class::isInstance)
        .flatMap(record -> ((Action.RecordState) record).lineage().stream())
        .map(Lineage::fenced)
        .reduce((_, last) -> last);
  }

  /** Should the two hear each other again, the fence of the old one must not open. */
  @Test
  void theReplicasOfAFencedPrimaryLeaveItBeforeAnotherIsPromoted() {
    var actions = plan(desired, bothDeaf(60, MINUTE)).actions();

    assertThat(actions.stream().map(Action::describe).filter(text -> text.contains("leaves")))
        .containsExactly(S + " leaves " + P);
    var kinds = actions.stream().map(Object::getClass).toList();
    assertThat(kinds.indexOf(Action.Detach.class)).isLessThan(kinds.indexOf(Action.Promote.class));
  }

  @Test
  void whileTheReplicaIsSilentTheFenceStaysAsItIs() {
    assertThat(fenceToldToP(only().silent(), "1")).isEmpty();
    assertThat(fenceToldToP(only().silent(), "0")).isEmpty();
  }

  /**
   * It could be promoted if the primary fell silent too, and then nobody would have fenced the
   * primary.
   */
  @Test
  void theFenceIsNotLoweredForAReplicaThatHasTheDataAndOnlyLostItsLink() {
    assertThat(fenceToldToP(only().followsDeaf(P, A, 1), "1")).isEmpty();
  }

  @Test
  void withTwoReplicasTheFenceNeverMoves() {
    var world =
        world(desired)
            .member(member(desired, P).leads(A))
            .member(member(desired, R).gone())
            .member(member(desired, S).gone());
    assertThat(plan(desired, world).actions()).noneMatch(Action.Configure.class::isInstance);
  }
}
