package dev.cachecluster.operator.pki;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.statistics.Statistics;
import net.jqwik.api.statistics.StatisticsReport;

/**
 * In whatever order parties, crashes, losses and clocks come, no handshake is ever refused, and the
 * rotation ends.
 */
class AuthorityRotationModelTest {
  private static final int EVENTS = 250;
  private static final int LONGEST_CALM = 600;

  @Provide
  Arbitrary<Long> seeds() {
    return Arbitraries.longs();
  }

  @Property(tries = 300, shrinking = ShrinkingMode.OFF)
  @StatisticsReport(onFailureOnly = true)
  void nobodyIsEverRefusedAndItEnds(@ForAll("seeds") long seed) {
    var random = new Random(seed);
    // Up to a few days before its replacement is due, or long overdue.
    var world = new RotationWorld(Duration.ofHours(random.nextInt(95 * 24)));
    settle(world);
    world.token = Optional.of("first").filter(_ -> random.nextBoolean());
    var history = new ArrayList<String>();
    Optional<RotationWorld.Pass> begun = Optional.empty();

    for (int i = 0; i < EVENTS; i++) {
      if (random.nextInt(4) == 0) {
        begun = Optional.of(world.observe());
        Statistics.label("step").collect(begun.get().step().getClass().getSimpleName());
        history.add("observe: " + begun.get().step());
      } else if (begun.isPresent() && random.nextInt(3) > 0) {
        // Some passes end after their first writes, some never come to any.
        int most = random.nextInt(4) == 0 ? random.nextInt(3) : Integer.MAX_VALUE;
        world.act(begun.get(), most);
        history.add("act, at most " + most);
        begun = Optional.empty();
      } else {
        String event = event(world, random);
        history.add(event);
        if (event.startsWith("operator restarts")) {
          begun = Optional.empty();
        }
      }
      assertThat(world.refusals()).as("seed %s: %s", seed, last(history)).isEmpty();
    }

    RotationStep last = calm(world, seed, history);
    assertThat(last).isEqualTo(new RotationStep.Nothing());
    assertEnded(world);
    Statistics.label("authorities").collect(Math.min(world.authoritiesMade, 4));
    Statistics.label("step")
        .coverage(
            steps -> {
              for (var kind : RotationStep.class.getPermittedSubclasses()) {
                steps.check(kind.getSimpleName()).count(seen -> seen > 50);
              }
            });
  }

  private static void settle(RotationWorld world) {
    for (String name : List.of("server 0", "server 1", "server 2")) {
      world.runners.add(new RotationRunner(name, true, Duration.ZERO));
    }
    world.runners.add(new RotationRunner("app 0", false, Duration.ZERO));
    world.runners.add(new RotationRunner("app 1", false, Duration.ofHours(-12)));
    for (int i = 0; i < 4; i++) {
      world.wholePass();
    }
    world.calm();
  }

  private static Duration anyClock(Random random) {
    return Duration.ofMinutes(random.nextInt(24 * 60 + 1) - 12 * 60);
  }

  private static String event(RotationWorld world, Random random) {
    RotationRunner runner = world.runners.get(random.nextInt(world.runners.size()));
    String name = runner.name;
    boolean published = runner.secret.isPresent();
    switch (random.nextInt(34)) {
      case 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 -> {
        if (published) {
          world.sync(runner);
          return name + " reads its Secret";
        }
      }
      case 12, 13 -> {
        if (published && runner.server) {
          world.startPod(runner);
          return name + " gets a new pod";
        }
      }
      case 14 -> {
        if (runner.server && runner.process.isPresent()) {
          world.restartContainer(runner);
          return name + " restarts from its volume";
        }
      }
      case 15 -> {
        if (runner.server) {
          runner.process = Optional.empty();
          runner.volume = random.nextBoolean() ? Optional.empty() : runner.volume;
          return name + " stops";
        }
      }
      case 16, 17 -> {
        runner.reachable = random.nextInt(4) > 0;
        return name + " is reachable: " + runner.reachable;
      }
      case 18 -> {
        world.restartOperator();
        return "operator restarts";
      }
      case 19, 20, 21, 22, 23, 24, 25, 26, 27 -> {
        Duration time = Duration.ofSeconds(random.nextInt(random.nextInt(20) == 0 ? 20_000 : 900));
        world.pass(time);
        return time + " pass";
      }
      case 28 -> {
        boolean server = random.nextBoolean();
        String added = (server ? "server " : "app ") + random.nextInt(1_000_000);
        world.runners.add(new RotationRunner(added, server, anyClock(random)));
        return added + " comes";
      }
      case 29, 30 -> {
        if (!name.equals("operator") && world.runners.size() > 5) {
          world.forget(runner);
          return name + " goes";
        }
      }
      case 31 -> {
        if (random.nextBoolean()) {
          world.token = Optional.of("token " + random.nextInt(1000));
          return "asked: " + world.token.get();
        }
        world.operatorClock = anyClock(random);
        return "the operator's clock jumps to " + world.operatorClock;
      }
      default -> {
        return random.nextInt(4) == 0 ? loss(world, random) : "nothing";
      }
    }
    return "nothing";
  }

  private static String loss(RotationWorld world, Random random) {
    List<List<String>> losses =
        List.of(
            List.of("next.key"),
            List.of("next.crt"),
            List.of("ca.key"),
            List.of("previous.crt"),
            List.of("previous.crt", "next.crt", "next.key"),
            List.of("ca.crt"),
            List.of("handled"),
            List.copyOf(world.authority.keySet()));
    List<String> lost = losses.get(random.nextInt(losses.size()));
    boolean any = lost.stream().anyMatch(world.authority::containsKey);
    world.lose(lost.toArray(String[]::new));
    if (any) {
      Statistics.label("losses").collect(lost.size() > 3 ? "all" : lost);
    }
    return "lost: " + lost;
  }

  private static RotationStep calm(RotationWorld world, long seed, List<String> history) {
    RotationStep last = new RotationStep.Nothing();
    int quiet = 0;
    for (int i = 0; i < LONGEST_CALM && quiet < 3; i++) {
      world.calm();
      last = world.wholePass();
      history.add("calm: " + last);
      assertThat(world.refusals()).as("seed %s: %s", seed, last(history)).isEmpty();
      world.pass(Duration.ofMinutes(5));
      quiet = last instanceof RotationStep.Nothing ? quiet + 1 : 0;
    }
    assertThat(quiet).as("seed %s: %s", seed, last(history)).isEqualTo(3);
    return last;
  }

  private static List<String> last(List<String> history) {
    return history.subList(Math.max(0, history.size() - 60), history.size());
  }

  private static void assertEnded(RotationWorld world) {
    AuthorityState end = world.observe().state();
    assertThat(end.next()).isEmpty();
    assertThat(end.previous()).isEmpty();
    assertThat(end.current().privateKeyPem()).isPresent();
    if (world.token.isPresent()) {
      assertThat(end.handled()).isEqualTo(world.token);
    }
    CertificateView current = end.current().view();
    for (RotationRunner runner : world.runners) {
      RotationRunner.Held held = runner.process.orElseThrow();
      assertThat(held.leaf().issuerKeyId()).as(runner.name).isEqualTo(current.keyId());
      assertThat(held.trusts()).as(runner.name).containsExactly(end.current().certificatePem());
    }
    assertThat(world.rotation.phase(end, world.observe().facts())).isEqualTo(RotationPhase.STEADY);
  }
}
