package dev.cachecluster.operator.plan;

import dev.cachecluster.api.v1alpha1.CacheClusterSpec;
import dev.cachecluster.operator.desired.DesiredState;
import dev.cachecluster.operator.desired.SampleCluster;
import dev.cachecluster.operator.engine.History;
import dev.cachecluster.operator.observed.Lineage;
import dev.cachecluster.operator.observed.MemberSketch;
import dev.cachecluster.operator.observed.ObservedState;
import dev.cachecluster.operator.observed.WorldSketch;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * The words in which the tests of the safety rules are written: a shard of {@code p}, {@code r} and
 * {@code s}.
 */
final class Decisions {
  static final String P = "demo-0-0";
  static final String R = "demo-0-1";
  static final String S = "demo-0-2";
  static final String NONE = "0".repeat(40);

  /** The line that P leads: history A, known up to 1000 when it was recorded. */
  static final Lineage P_LEADS =
      new Lineage(3, P, replid('a'), 1000, "", -1, true, false, "", Set.of());

  private Decisions() {}

  static String replid(char letter) {
    return String.valueOf(letter).repeat(40);
  }

  static History history(char letter, long offset) {
    return new History(replid(letter), offset, NONE, -1);
  }

  /** One that was promoted: it went on under a new name after the fork. */
  static History branched(char letter, long offset, char from, long fork) {
    return new History(replid(letter), offset, replid(from), fork + 1);
  }

  static DesiredState desired(int replicas) {
    return SampleCluster.desired(SampleCluster.spec(replicas), Optional.of(P));
  }

  static WorldSketch world(DesiredState desired) {
    return new WorldSketch(desired, SampleCluster.spec(desired.replicas())).lineage(P_LEADS);
  }

  static MemberSketch member(DesiredState desired, String name) {
    return new MemberSketch(desired, name);
  }

  static Leadership decide(WorldSketch world) {
    return new LeadershipDecision(SampleCluster.NAMES, world.build(), false).decide();
  }

  /** The same of a cache that keeps its data. */
  static Leadership decideKept(WorldSketch world) {
    return new LeadershipDecision(SampleCluster.NAMES, world.build(), true).decide();
  }

  static Plan plan(DesiredState desired, WorldSketch world) {
    return plan(desired, SampleCluster.spec(desired.replicas()), world.build());
  }

  static Plan plan(DesiredState desired, CacheClusterSpec spec, ObservedState world) {
    return new Planner().plan(desired, spec, world, Duration.ofDays(30), new Drift());
  }
}
