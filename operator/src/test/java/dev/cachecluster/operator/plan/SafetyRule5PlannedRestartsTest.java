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
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/**
 * Safety rule 5: replicas before the primary, the primary by hand-over, and a way back at any
 * moment.
 */
class SafetyRule5PlannedRestartsTest {
  private static final History A = history('a', 1100);
  private final DesiredState desired = Decisions.desired(2);

  private List<String> planned(WorldSketch world) {
    return plan(desired, world).actions().stream().map(Action::describe).toList();
  }

  @Test
  void replicasAreRestartedBeforeThePrimary() {
    assertThat(
            planned(
                world(desired)
                    .member(member(desired, P).leads(A).madeFrom("old"))
                    .member(member(desired, R).follows(P, A).madeFrom("old"))
                    .member(member(desired, S).follows(P, A))))
        .containsExactly("restart demo-0-1 because TemplateChanged");
  }

  @Test
  void thePrimaryHandsOverBeforeItIsRestarted() {
    assertThat(
            planned(
                world(desired)
                    .member(member(desired, P).leads(A).madeFrom("old"))
                    .member(member(desired, R).follows(P, A))
                    .member(member(desired, S).follows(P, A))))
        .containsExactly(
            "record lineage term 4 primary demo-0-1 (it is the last to be restarted)",
            "hand over demo-0-0 to demo-0-1 (it is the last to be restarted)");
  }

  @Test
  void aPrimaryWhosePodWasAskedToGoHandsOverAtOnce() {
    assertThat(
            planned(
                world(desired)
                    .member(member(desired, P).leads(A).deleting())
                    .member(member(desired, R).onPlaceholder())
                    .member(member(desired, S).follows(P, A))))
        .contains("hand over demo-0-0 to demo-0-2 (its pod was asked to go)");
  }

  @Test
  void thePrimaryIsNotRestartedWhileNobodyCanTakeOver() {
    assertThat(
            planned(
                world(desired)
                    .member(member(desired, P).leads(A).madeFrom("old"))
                    .member(member(desired, R).follows(P, A).deleting())
                    .member(member(desired, S).follows(P, A).deleting())))
        .noneMatch(line -> line.startsWith("restart") || line.startsWith("hand over"));
  }

  @Test
  void aMemberThatFailsWithABadTemplateGetsTheRevertedOne() {
    assertThat(
            planned(
                world(desired)
                    .member(member(desired, P).leads(A))
                    .member(member(desired, R).follows(P, A))
                    .member(
                        member(desired, S).notRunning("ImagePullBackOff", false).madeFrom("bad"))))
        .containsExactly("restart demo-0-2 because TemplateChanged");
  }

  /**
   * S has the new template and fails with it. R has the old one, and its pod was made anew after
   * its node died.
   */
  @Test
  void aMemberThatWasNotRolledYetComesBackAsItWasWhileTheNewTemplateFails() {
    var failing =
        world(desired)
            .child(withTemplate(R, "old"))
            .member(member(desired, P).leads(A).madeFrom("old"))
            .member(member(desired, S).notRunning("ImagePullBackOff", false));
    assertThat(
            planned(
                failing.member(member(desired, R).notRunning("Pending", false).madeFrom("old"))))
        .isEmpty();
    assertThat(
            planned(
                failing.member(
                    member(desired, R).notRunning("ContainerCreating", false).madeFrom("old"))))
        .isEmpty();
    assertThat(planned(failing.member(member(desired, R).gone()))).isEmpty();
  }

  @Test
  void aMemberWithoutAPodTakesTheTemplateThatWorksForOthers() {
    assertThat(
            planned(
                world(desired)
                    .child(withTemplate(S, "refused by the API server"))
                    .member(member(desired, P).leads(A))
                    .member(member(desired, R).follows(P, A))
                    .member(member(desired, S).gone())))
        .containsExactly("apply StatefulSet/demo-0-2 (changed)");
  }

  /** The spec asked for one replica more, no node took it, and the spec was reverted. */
  @Test
  void aMemberThatNeverStartedIsRemovedWhenTheSpecIsReverted() {
    var one = Decisions.desired(1);
    var world =
        new WorldSketch(desired, SampleCluster.spec(1))
            .lineage(Decisions.P_LEADS)
            .member(member(one, P).leads(A))
            .member(member(one, R).follows(P, A))
            .member(member(one, S).unschedulable("0/3 nodes are available"));
    assertThat(plan(one, world).actions())
        .extracting(Action::describe)
        .containsExactly(
            "remove StatefulSet/demo-0-2 (the spec asks for fewer replicas)",
            "remove Secret/demo-0-2-tls (the spec asks for fewer replicas)");
  }

  private StatefulSet withTemplate(String member, String digest) {
    var set = Serialization.clone(Objects.requireNonNull(desired.members().get(member)));
    set.getSpec().getTemplate().getMetadata().getAnnotations().put(Labels.SPEC, digest);
    return set;
  }
}
