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
import dev.cachecluster.operator.desired.Labels;
import dev.cachecluster.operator.desired.SampleCluster;
import dev.cachecluster.operator.engine.History;
import dev.cachecluster.operator.observed.WorldSketch;
import org.junit.jupiter.api.Test;

/**
 * Safety rule 1: only the operator gives a role, after the access list was read, and who has none
 * serves nobody.
 */
class SafetyRule1AMemberNeverPicksItsOwnRoleTest {
  private static final History A = history('a', 1100);
  private final DesiredState desired = Decisions.desired(2);

  @Test
  void whoeverStartsFollowsAPlaceholderAndRefusesReads() {
    assertThat(desired.configMap().getData().values())
        .singleElement()
        .asString()
        .contains("\nreplicaof placeholder.invalid 6379\n")
        .contains("\nreplica-serve-stale-data no\n")
        .contains("\nreplica-read-only yes\n");
  }

  @Test
  void aNewPrimaryReadsItsAccessListBeforeItGetsTheRole() {
    var world =
        new WorldSketch(desired, SampleCluster.spec(2))
            .member(member(desired, P).onPlaceholder().otherAccess())
            .member(member(desired, R).onPlaceholder())
            .member(member(desired, S).onPlaceholder());
    assertThat(plan(desired, world).actions())
        .noneMatch(Action.Promote.class::isInstance)
        .noneMatch(Action.RecordState.class::isInstance)
        .filteredOn(Action.SetAccess.class::isInstance)
        .extracting(Action::describe)
        .containsExactly(P + " takes access: set _probe");
  }

  @Test
  void aReplicaReadsItsAccessListBeforeItGetsTheRole() {
    var world =
        world(desired)
            .member(member(desired, P).leads(A))
            .member(member(desired, R).onPlaceholder().otherAccess())
            .member(member(desired, S).follows(P, A));
    assertThat(plan(desired, world).actions())
        .noneMatch(Action.Follow.class::isInstance)
        .filteredOn(Action.SetAccess.class::isInstance)
        .hasSize(1);
  }

  /** The same pod, with gate and label as its process before had them. */
  @Test
  void aProcessThatStartedAnewInItsOldPodIsTakenOutOfTheServices() {
    var world =
        world(desired)
            .member(member(desired, P).leads(A))
            .member(member(desired, R).onPlaceholder().gate(true).label(Labels.ROLE_REPLICA))
            .member(member(desired, S).follows(P, A));
    assertThat(plan(desired, world).actions())
        .filteredOn(Action.Admit.class::isInstance)
        .singleElement()
        .satisfies(
            admit -> {
              assertThat(((Action.Admit) admit).pod()).isEqualTo(R + "-0");
              assertThat(((Action.Admit) admit).open()).isFalse();
            });
  }

  @Test
  void aReplicaThatIsStillBeingFilledIsNotLetIn() {
    var world =
        world(desired)
            .member(member(desired, P).leads(A))
            .member(
                member(desired, R)
                    .follows(P, A, true, true, -1, 0)
                    .gate(false)
                    .label(Labels.ROLE_REPLICA))
            .member(member(desired, S).follows(P, A));
    assertThat(plan(desired, world).actions()).noneMatch(Action.Admit.class::isInstance);
  }
}
