package dev.cachecluster.operator.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachecluster.operator.apply.HandOver;
import dev.cachecluster.operator.apply.Outcome;
import dev.cachecluster.operator.plan.Action;
import io.fabric8.kubernetes.api.model.Service;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The planned change of primary, step by step over the admin port. */
class HandOverTest {
  private static final int ROUNDS = 4;

  /**
   * How many writes of 100 kB the target has yet to take: more than it can within one turn of its
   * loop.
   */
  private static final int BEHIND = 300;

  @ParameterizedTest
  @EnumSource
  @Timeout(value = 120, unit = TimeUnit.SECONDS)
  void aWriterLosesNothingAndNobodyIsCopiedAnew(Engine engine) throws Exception {
    try (EngineLab lab = new EngineLab(engine)) {
      EngineAdmin admin = lab.admin();
      EngineProcess primary = lab.start("m-0");
      EngineProcess target = lab.start("m-1");
      EngineProcess other = lab.start("m-2");
      EngineLab.lead(admin, primary, target, other);
      long copies = fullCopies(admin, primary, target, other);
      AtomicReference<EngineProcess> current = new AtomicReference<>(primary);
      try (SteadyWriter writer = new SteadyWriter(lab, current)) {
        for (int round = 0; round < ROUNDS; round++) {
          int before = writer.acknowledged().size();
          Attempts.until(
              () -> writer.acknowledged().size() > before + 50, "writes before round " + round);

          handOver(admin, current, target, other);

          EngineProcess next = primary;
          primary = target;
          target = next;
        }
        int before = writer.acknowledged().size();
        Attempts.until(
            () -> writer.acknowledged().size() > before + 50, "writes after the last round");
        writer.stop();

        List<String> acknowledged = writer.acknowledged();
        RespClient reader = lab.application(primary);
        for (String key : acknowledged) {
          assertThat(reader.call("GET", key)).as(key).isEqualTo("v");
        }
        assertThat(writer.surprises()).isEmpty();
        assertThat(fullCopies(admin, primary, target, other)).isEqualTo(copies);
        assertThat(EngineLab.view(admin, primary).role())
            .isInstanceOfSatisfying(Role.Primary.class, p -> assertThat(p.replicas()).hasSize(2));
        System.out.printf(
            "%s: %d hand-overs, %d writes acknowledged, longest gap %d ms%n",
            engine, ROUNDS, acknowledged.size(), writer.longestGapMillis());
      }
    }
  }

  /** The operator's own steps; only the port is not that of a pod. */
  private static void handOver(
      EngineAdmin admin,
      AtomicReference<EngineProcess> current,
      EngineProcess target,
      EngineProcess... others) {
    EngineProcess old = current.get();
    // In production the Service moves here: new connections meet the target, and wait there for its
    // role.
    current.set(target);
    Outcome outcome =
        new HandOver(new Ported(admin, target).admin(), Clock.systemUTC())
            .perform(
                new Action.HandOver(
                    old.address(),
                    target.address(),
                    "127.0.0.1",
                    Stream.of(others).map(EngineProcess::address).toList(),
                    others.length + 1,
                    new Service(),
                    Optional.empty(),
                    "the test says so"));
    assertThat(outcome).isEqualTo(new Outcome.Done(true));
    assertThat(fenceOf(admin, target)).as("its fence is closed again").isEqualTo("1");
    EngineLab.done(
        admin.configure(
            old.address(), Map.of("min-replicas-to-write", "1", "repl-ping-replica-period", "10")));
    for (EngineProcess other : others) {
      EngineLab.awaitLink(admin, other);
    }
    EngineLab.awaitLink(admin, old);
  }

  private static @Nullable String fenceOf(EngineAdmin admin, EngineProcess server) {
    return admin
        .inspect(server.address(), Set.of("min-replicas-to-write"))
        .ok()
        .orElseThrow()
        .config()
        .get("min-replicas-to-write");
  }

  /** An admin port by which servers follow the target at its own port. */
  private record Ported(EngineAdmin real, EngineProcess target) {
    EngineAdmin admin() {
      return (EngineAdmin)
          Proxy.newProxyInstance(
              EngineAdmin.class.getClassLoader(),
              new Class<?>[] {EngineAdmin.class},
              (_, method, arguments) ->
                  method.getName().equals("follow")
                      ? real.follow(
                          (MemberAddress) arguments[0], (String) arguments[1], target.port())
                      : method.invoke(real, arguments));
    }
  }

  @ParameterizedTest
  @EnumSource
  @Timeout(value = 60, unit = TimeUnit.SECONDS)
  void aTargetThatIsBehindIsWaitedForAndThenHasEverything(Engine engine) throws Exception {
    try (EngineLab lab = new EngineLab(engine)) {
      EngineAdmin admin = lab.admin();
      EngineProcess primary = lab.start("m-0");
      EngineProcess target = lab.start("m-1");
      EngineLab.lead(admin, primary, target);
      RespClient writer = lab.application(primary);
      String large = "x".repeat(100_000);
      target.freeze();
      try {
        for (int n = 0; n < BEHIND; n++) {
          writer.call("SET", "k" + n, large);
        }
      } finally {
        target.thaw();
      }

      handOver(admin, new AtomicReference<>(primary), target);

      assertThat(EngineLab.view(admin, target).keys()).isEqualTo(BEHIND);
      assertThat(EngineLab.view(admin, target).role()).isInstanceOf(Role.Primary.class);
    }
  }

  /**
   * A connection that was there before the role: told that it met a replica until it is none, and
   * from then on held until the write can be kept twice, never refused for want of a replica.
   */
  @ParameterizedTest
  @EnumSource
  @Timeout(value = 60, unit = TimeUnit.SECONDS)
  void writesToTheNewPrimaryAreHeldAndNotRefusedUntilItsFirstReplicaIsThere(Engine engine)
      throws Exception {
    try (EngineLab lab = new EngineLab(engine)) {
      EngineAdmin admin = lab.admin();
      EngineProcess primary = lab.start("m-0");
      EngineProcess target = lab.start("m-1");
      EngineLab.lead(admin, primary, target);
      RespClient early = lab.application(target);
      Set<String> heard = Collections.synchronizedSet(new LinkedHashSet<>());
      CompletableFuture<Void> knocking = CompletableFuture.runAsync(() -> untilTaken(early, heard));
      Attempts.until(() -> heard.contains("READONLY"), "a first knock");

      handOver(admin, new AtomicReference<>(primary), target);

      knocking.get(10, TimeUnit.SECONDS);
      assertThat(heard).containsExactly("READONLY", "OK");
    }
  }

  private static void untilTaken(RespClient client, Set<String> heard) {
    try {
      while (!heard.contains("OK")) {
        try {
          heard.add(String.valueOf(client.call("SET", "early", "v")));
        } catch (RespClient.ErrorReply e) {
          heard.add(String.valueOf(e.getMessage()).split(" ", 2)[0]);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long fullCopies(EngineAdmin admin, EngineProcess... servers) {
    long sum = 0;
    for (EngineProcess server : servers) {
      sum += EngineLab.view(admin, server).syncFull();
    }
    return sum;
  }
}
