package dev.cachecluster.operator.plan;

import static dev.cachecluster.operator.plan.Decisions.P;
import static dev.cachecluster.operator.plan.Decisions.R;
import static dev.cachecluster.operator.plan.Decisions.history;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cachecluster.operator.engine.History;
import dev.cachecluster.operator.observed.MemberSketch;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A server must not fill its container beyond the limit that the container has now. */
class MemoryFollowsTheContainerTest {
  private static final History A = history('a', 1100);
  private static final String WANTED = Long.toString(64L << 20);

  private static List<String> told(String standing, boolean restarted) {
    var desired = Decisions.desired(1);
    var leader = new MemberSketch(desired, P).leads(A).setting("maxmemory", standing);
    var world =
        Decisions.world(desired)
            .member(restarted ? leader : leader.madeFrom("another"))
            .member(new MemberSketch(desired, R).follows(P, A));
    return Decisions.plan(desired, world).actions().stream()
        .filter(Action.Configure.class::isInstance)
        .map(Action::describe)
        .toList();
  }

  @Test
  void moreMemoryIsTakenOnlyAfterTheRestartThatRaisesTheLimit() {
    assertThat(told("16777216", false)).isEmpty();
    assertThat(told("16777216", true)).containsExactly(P + " takes {maxmemory=" + WANTED + "}");
  }

  @Test
  void lessMemoryIsTakenAtOnceSoThatTheLowerLimitFindsRoom() {
    assertThat(told("268435456", false)).containsExactly(P + " takes {maxmemory=" + WANTED + "}");
  }
}
