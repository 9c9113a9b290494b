package dev.cachecluster.operator.faults;

import dev.cachecluster.operator.faults.Tap.Trouble;
import dev.cachecluster.operator.mockapi.ApiRequest;
import dev.cachecluster.operator.mockapi.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A cluster to which something happens at every turn, by a seed: the same seed is the same story.
 * What must never happen is looked for after every step.
 */
final class Simulation {
  private static final int TURNS = 120;
  private static final int PATIENCE = 150;
  private static final Pattern HOLDERS =
      Pattern.compile("nobody of the recorded line is left, and (.+?) holds? data");

  private final long seed;
  private final Random random;
  private final World world;
  private final List<String> story = new ArrayList<>();

  /** Keys that every server had at one moment. */
  private final Set<String> confirmed = new HashSet<>();

  private int keys;
  private int frozen;

  Simulation(long seed) {
    this.seed = seed;
    this.random = new Random(seed);
    this.world = new World(seed);
  }

  /** What went wrong; empty if nothing did. */
  Optional<String> run() {
    int replicas = 1 + random.nextInt(3);
    try {
      world.wishes.createCluster(replicas);
      if (world.until(world::isSettled, PATIENCE) < 0) {
        return failed("the cluster did not become ready");
      }
      for (int turn = 0; turn < TURNS; turn++) {
        happen();
        round();
        thaw();
        serve(replicas + 1);
        if (!world.servers.splits.isEmpty()) {
          return failed("two servers take writes");
        }
        var lost = new HashSet<>(world.servers.overwritten);
        lost.retainAll(confirmed);
        if (!lost.isEmpty()) {
          return failed("confirmed keys were overwritten: " + lost);
        }
      }
      world.servers.heal();
      world.tap.calm();
      world.view.freeze(false);
      return world.until(world::isSettled, PATIENCE) < 0 && !helpedByAPerson()
          ? failed("it did not recover when all was well again")
          : Optional.empty();
    } catch (RuntimeException e) {
      return failed(e.toString());
    }
  }

  /**
   * Where nobody of the recorded line is left and somebody has other data, a person is asked to
   * choose. Here it is someone who wants none of it.
   */
  private boolean helpedByAPerson() {
    var holders = HOLDERS.matcher(world.message("Stalled"));
    if (!holders.find()) {
      return false;
    }
    List.of(holders.group(1).split(", ")).forEach(member -> delete(member + "-0"));
    return world.until(world::isSettled, PATIENCE) >= 0;
  }

  private Optional<String> failed(String what) {
    var last = story.subList(Math.max(0, story.size() - 80), story.size());
    return Optional.of(
        "seed "
            + seed
            + ": "
            + what
            + "\n  "
            + String.join("\n  ", last)
            + "\n"
            + world.servers.splits
            + "\n"
            + world.report());
  }

  /** A pass, with what it wrote; what only says so is left out. */
  private void round() {
    int before = world.tap.writes().size();
    world.round();
    var writes = world.tap.writes();
    writes.subList(before, writes.size()).stream()
        .filter(write -> !write.contains("/status ") && !write.contains("/events"))
        .forEach(write -> tell("  " + write));
  }

  private void tell(String what) {
    story.add(world.clock.instant() + " " + what);
  }

  private void happen() {
    var servers = world.servers.running();
    int dice = random.nextInt(100);
    if (dice < 10 && !servers.isEmpty()) {
      var victim = servers.get(random.nextInt(servers.size()));
      tell("kill " + FakeServers.summary(victim));
      world.servers.kill(victim);
    } else if (dice < 16) {
      cut();
    } else if (dice < 26) {
      tell("heal");
      world.servers.heal();
    } else if (dice < 30) {
      deletePod();
    } else if (dice < 34) {
      tell("restart the operator");
      world.restartOperator();
    } else if (dice < 42) {
      int write = 1 + random.nextInt(4);
      var point = List.of(Tap.Point.values()).get(random.nextInt(3));
      tell("crash " + point + " at the next write but " + (write - 1));
      world.tap.crashAt(write, point);
    } else if (dice < 48) {
      var trouble = List.of(Trouble.values()).get(random.nextInt(Trouble.values().length));
      tell("the API is in trouble: " + trouble);
      world.tap.trouble(_ -> random.nextInt(3) == 0 ? Optional.of(trouble) : Optional.empty());
    } else if (dice < 58) {
      world.tap.calm();
    } else if (dice < 62 && frozen == 0) {
      tell("the caches stand still");
      frozen = 1 + random.nextInt(6);
      world.view.freeze(true);
    } else if (dice < 64) {
      var memory = (64 + random.nextInt(4) * 16) + "Mi";
      tell("maxMemory " + memory);
      world.wishes.changeMemory(memory);
    } else if (dice < 70) {
      tell("a while passes");
      world.let(Duration.ofSeconds(random.nextInt(20)));
    }
  }

  private void cut() {
    var members = world.servers.running().stream().map(server -> server.member).toList();
    if (members.size() > 1) {
      var one = members.get(random.nextInt(members.size()));
      var other = members.get(random.nextInt(members.size()));
      if (one.equals(other)) {
        tell("cut " + one + " from the operator");
        world.servers.cutFromOperator(one);
      } else {
        tell("cut " + one + " from " + other);
        world.servers.cut(one, other);
      }
    }
  }

  private void deletePod() {
    var pods = world.api.lookAll(Kind.POD);
    if (!pods.isEmpty()) {
      var name = pods.get(random.nextInt(pods.size())).path("metadata").path("name").asText();
      tell("delete pod " + name);
      delete(name);
    }
  }

  private void delete(String pod) {
    world.api.handle(
        ApiRequest.of(
            "DELETE", "/api/v1/namespaces/" + World.NAMESPACE + "/pods/" + pod, "", "", ""));
  }

  private void thaw() {
    if (frozen > 0 && --frozen == 0) {
      tell("the caches go on");
      world.view.freeze(false);
    }
  }

  /** A client writes to whoever takes it. */
  private void serve(int members) {
    world.servers.writable().forEach(server -> server.write("key-" + ++keys));
    world.servers.flow();
    var running = world.servers.running();
    if (running.size() == members) {
      var everywhere = new HashSet<>(running.getFirst().keys);
      running.forEach(server -> everywhere.retainAll(server.keys));
      confirmed.addAll(everywhere);
    }
  }
}
