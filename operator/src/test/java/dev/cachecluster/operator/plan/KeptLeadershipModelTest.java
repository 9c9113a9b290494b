package dev.cachecluster.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachecluster.operator.desired.SampleCluster;
import dev.cachecluster.operator.engine.Role;
import dev.cachecluster.operator.observed.Lineage;
import dev.cachecluster.operator.observed.ObservedMark;
import dev.cachecluster.operator.observed.ObservedMember;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.statistics.Statistics;
import net.jqwik.api.statistics.StatisticsReport;

/** Safety rule 2 where data is kept, held against many worlds that nobody would think of. */
class KeptLeadershipModelTest {
  @Provide
  Arbitrary<RandomWorlds.Case> worlds() {
    return Arbitraries.longs().map(RandomWorlds::world);
  }

  private static Leadership decide(RandomWorlds.Case one) {
    return new LeadershipDecision(SampleCluster.NAMES, one.world(), true).decide();
  }

  private static Set<String> entitled(Lineage line) {
    var entitled = new TreeSet<>(line.followers());
    entitled.add(line.primary());
    return entitled;
  }

  @Property(tries = 1500)
  @StatisticsReport(onFailureOnly = true)
  void onlyThePrimaryAndWhoFollowedToTheEndGoOnByTheRecord(
      @ForAll("worlds") RandomWorlds.Case one) {
    var decision = decide(one);
    Statistics.collect(decision.getClass().getSimpleName());
    Statistics.coverage(
        kinds -> {
          for (var kind : Leadership.class.getPermittedSubclasses()) {
            kinds.check(kind.getSimpleName()).count(worlds -> worlds > 5);
          }
        });
    var line = one.world().lineage();
    if (line.isPresent() && decision instanceof Leadership.FailOver(var to, var _)) {
      assertThat(entitled(line.get())).contains(to);
    }
    if (line.isPresent() && decision instanceof Leadership.Restore(var to, var _)) {
      assertThat(entitled(line.get())).contains(to);
    }
  }

  @Property(tries = 1500)
  void nobodyBeginsAnewWhileSomebodyMayHaveData(@ForAll("worlds") RandomWorlds.Case one) {
    var line = one.world().lineage();
    if (line.isPresent() && decide(one) instanceof Leadership.Begin) {
      for (var member : one.world().members()) {
        assertThat(member.view().filter(view -> view.keys() > 0))
            .as(member.name() + " has keys")
            .isEmpty();
        if (entitled(line.get()).contains(member.name())) {
          assertThat(hasSaidWhatItHas(member)).as(member.name() + " has said what it has").isTrue();
        }
      }
    }
  }

  private static boolean hasSaidWhatItHas(ObservedMember member) {
    return member.view().filter(view -> !view.loading()).isPresent()
        && !(member.mark() instanceof ObservedMark.Unknown);
  }

  @Property(tries = 1500)
  void whatAReplicasDiskHasNeverGoesBeforeAPrimaryThatIsStillToCome(
      @ForAll("worlds") RandomWorlds.Case one) {
    var line = one.world().lineage();
    if (line.isEmpty() || !(decide(one) instanceof Leadership.Restore(var to, var _))) {
      return;
    }
    var primary = one.world().member(line.get().primary());
    if (primary.isPresent() && !to.equals(line.get().primary())) {
      assertThat(primary.get().isUnreadable() || hasSaidWhatItHas(primary.get()))
          .as("the recorded primary was heard")
          .isTrue();
      assertThat(primary.get().view().map(view -> view.role() instanceof Role.Primary))
          .as("it leads")
          .isNotEqualTo(Optional.of(true));
    }
  }
}
