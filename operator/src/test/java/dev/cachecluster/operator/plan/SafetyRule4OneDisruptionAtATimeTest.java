package dev.cachecluster.operator.plan;

import static dev.cachecluster.operator.plan.Decisions.P;
import static dev.cachecluster.operator.plan.Decisions.R;
import static dev.cachecluster.operator.plan.Decisions.S;
import static dev.cachecluster.operator.plan.Decisions.history;
import static dev.cachecluster.operator.plan.Decisions.member;
import static dev.cachecluster.operator.plan.Decisions.plan;
import static dev.cachecluster.operator.plan.Decisions.world;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cachecluster.operator.desired.DesiredState;
import dev.cachecluster.operator.desired.SampleCluster;
import dev.cachecluster.operator.engine.History;
import dev.cachecluster.operator.observed.MemberSketch;
import dev.cachecluster.operator.observed.WorldSketch;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Safety rule 4: one disruption at a time, each aimed at the very pod that was seen. */
class SafetyRule4OneDisruptionAtATimeTest {
  private static final History A = history('a', 1100);
  private final DesiredState desired = Decisions.desired(2);

  private WorldSketch allOutdated() {
    return world(desired)
        .member(member(desired, P).leads(A).madeFrom("old"))
        .member(member(desired, R).follows(P, A).madeFrom("old"))
        .member(member(desired, S).follows(P, A).madeFrom("old"));
  }

  private static List<Action> disruptions(Plan plan) {
    return plan.actions().stream()
        .filter(
            action ->
                action instanceof Action.Restart
                    || action instanceof Action.HandOver
                    || action instanceof Action.Remove)
        .toList();
  }

  @Test
  void ofAllOutdatedMembersOneIsRestarted() {
    assertThat(disruptions(plan(desired, allOutdated())))
        .singleElement()
        .satisfies(
            action -> {
              var restart = (Action.Restart) action;
              assertThat(restart.member()).isEqualTo(S);
              assertThat(restart.podUid()).isEqualTo("uid-" + S);
              assertThat(restart.podVersion()).isEqualTo("1");
            });
  }

  static Stream<Arguments> notWell() {
    return Stream.of(
        Arguments.of("silent", (UnaryOperator<MemberSketch>) MemberSketch::silent),
        Arguments.of("gone", (UnaryOperator<MemberSketch>) MemberSketch::gone),
        Arguments.of(
            "starting",
            (UnaryOperator<MemberSketch>) member -> member.notRunning("ContainerCreating", false)),
        Arguments.of(
            "on the placeholder", (UnaryOperator<MemberSketch>) MemberSketch::onPlaceholder),
        Arguments.of(
            "syncing",
            (UnaryOperator<MemberSketch>) member -> member.follows(P, A, true, true, -1, 0)),
        Arguments.of("deaf", (UnaryOperator<MemberSketch>) member -> member.followsDeaf(P, A, 1)),
        Arguments.of(
            "without the access list",
            (UnaryOperator<MemberSketch>) member -> member.follows(P, A).otherAccess()),
        Arguments.of(
            "not ready", (UnaryOperator<MemberSketch>) member -> member.follows(P, A).ready(false)),
        Arguments.of(
            "not let in yet",
            (UnaryOperator<MemberSketch>) member -> member.follows(P, A).gate(false)),
        Arguments.of(
            "on its way out",
            (UnaryOperator<MemberSketch>) member -> member.follows(P, A).deleting()));
  }

  @ParameterizedTest(name = "while a member is {0}, no other is restarted")
  @MethodSource("notWell")
  void whileOneIsNotWellNoOtherIsRestarted(String what, UnaryOperator<MemberSketch> state) {
    var world = allOutdated().member(state.apply(member(desired, S)));
    assertThat(disruptions(plan(desired, world))).as(what).isEmpty();
  }

  @Test
  void aMemberInExcessGoesBeforeAnybodyIsRestarted() {
    var two = Decisions.desired(1);
    var world =
        new WorldSketch(desired, SampleCluster.spec(1))
            .lineage(Decisions.P_LEADS)
            .member(member(two, P).leads(A).madeFrom("old"))
            .member(member(two, R).follows(P, A).madeFrom("old"))
            .member(member(two, S).follows(P, A));
    assertThat(disruptions(plan(two, world)))
        .allSatisfy(action -> assertThat(action).isInstanceOf(Action.Remove.class))
        .extracting(Action::describe)
        .containsExactly(
            "remove StatefulSet/demo-0-2 (the spec asks for fewer replicas)",
            "remove Secret/demo-0-2-tls (the spec asks for fewer replicas)");
  }
}
