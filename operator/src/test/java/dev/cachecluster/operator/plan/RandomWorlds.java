package dev.cachecluster.operator.plan;

import static dev.cachecluster.operator.plan.Decisions.branched;
import static dev.cachecluster.operator.plan.Decisions.history;

import dev.cachecluster.operator.desired.DesiredState;
import dev.cachecluster.operator.desired.SampleCluster;
import dev.cachecluster.operator.engine.History;
import dev.cachecluster.operator.observed.Lineage;
import dev.cachecluster.operator.observed.MemberSketch;
import dev.cachecluster.operator.observed.ObservedState;
import dev.cachecluster.operator.observed.WorldSketch;
import dev.cachecluster.operator.volume.Verdict;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Draws worlds that nobody would think of. */
final class RandomWorlds {
  private RandomWorlds() {}

  /** A world and what it was made for. */
  record Case(int replicas, ObservedState world) {
    @Override
    public String toString() {
      return world.lineage()
          + "\n  "
          + String.join("\n  ", world.members().stream().map(String::valueOf).toList())
          + "\n  last seen "
          + world.lastSeen();
    }
  }

  /**
   * Making the objects takes longer than all else, so it is done once for each number of replicas.
   */
  static final List<DesiredState> DESIRED =
      IntStream.range(0, 4)
          .mapToObj(
              replicas -> SampleCluster.desired(SampleCluster.spec(replicas), Optional.empty()))
          .toList();

  static final List<WorldSketch> STANDING =
      DESIRED.stream()
          .map(desired -> new WorldSketch(desired, SampleCluster.spec(desired.replicas())))
          .toList();

  static Case world(long seed) {
    var random = new Random(seed);
    int replicas = random.nextInt(4);
    var desired = DESIRED.get(replicas);
    var world = new WorldSketch(STANDING.get(replicas));
    int members = Math.max(1, replicas + 1 + random.nextInt(3) - 1);
    for (int ordinal = 0; ordinal < members; ordinal++) {
      var member = new MemberSketch(desired, SampleCluster.NAMES.member(ordinal));
      world.member(shape(member, random, members));
      world.heard(member.name(), Duration.ofSeconds(random.nextInt(12)));
    }
    if (random.nextInt(5) > 0) {
      var history = someHistory(random);
      var line =
          new Lineage(
              1,
              SampleCluster.NAMES.member(random.nextInt(members + 1)),
              history.replid(),
              random.nextInt(20),
              "",
              -1,
              random.nextInt(3) > 0,
              random.nextInt(3) == 0,
              random.nextInt(4) > 0 ? MemberSketch.LINE : "",
              followers(random, members));
      world.lineage(random.nextBoolean() ? line : line.continuedBy(history));
    }
    return new Case(replicas, world.build());
  }

  private static Set<String> followers(Random random, int members) {
    return IntStream.range(0, members)
        .filter(_ -> random.nextInt(3) > 0)
        .mapToObj(SampleCluster.NAMES::member)
        .collect(Collectors.toSet());
  }

  private static History someHistory(Random random) {
    var letter = (char) ('a' + random.nextInt(3));
    return random.nextInt(3) == 0
        ? branched(letter, random.nextInt(20), (char) ('a' + random.nextInt(3)), random.nextInt(20))
        : history(letter, random.nextInt(20));
  }

  private static MemberSketch shape(MemberSketch member, Random random, int members) {
    member.keys(random.nextInt(3));
    if (random.nextInt(8) == 0) {
      member.loading();
    }
    if (random.nextInt(8) == 0) {
      member.deleting();
    }
    if (random.nextInt(6) == 0) {
      member.madeFrom("another");
    }
    if (random.nextInt(10) == 0) {
      member.otherAccess();
    }
    switch (random.nextInt(4)) {
      case 0 -> member.unmarked();
      case 1 -> {}
      default ->
          member.marked(1 + random.nextInt(2), SampleCluster.NAMES.member(random.nextInt(members)));
    }
    if (random.nextInt(12) == 0) {
      member.looked(new Verdict.Cut("appendonly.aof.1.incr.aof", 1, 2));
    }
    var history = someHistory(random);
    var leader = SampleCluster.NAMES.member(random.nextInt(members));
    return switch (random.nextInt(9)) {
      case 0 -> member.leads(history);
      case 1 -> member.gone();
      case 2 -> member.notRunning("CrashLoopBackOff", random.nextBoolean());
      case 3 -> member.silent();
      case 4 -> member.refusing();
      case 5 -> member.onPlaceholder(history);
      case 6 -> member.followsDeaf(leader, history, random.nextInt(9) - 1);
      default ->
          member.follows(leader, history, true, random.nextInt(4) == 0, -1, random.nextInt(6));
    };
  }
}
