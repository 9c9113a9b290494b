package dev.cachecluster.operator.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
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
      try (Writer writer = new Writer(lab, current)) {
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

  private static void handOver(
      EngineAdmin admin,
      AtomicReference<EngineProcess> current,
      EngineProcess target,
      EngineProcess... others) {
    EngineProcess old = current.get();
    // The primary's own pings would move its offset while the target catches up with it.
    EngineLab.done(admin.configure(old.address(), Map.of("repl-ping-replica-period", "3600")));
    // In production the Service moves here: new connections meet the target, and wait there for its
    // role.
    current.set(target);
    assertThat(admin.pauseWrites(old.address(), Duration.ofSeconds(5)))
        .isInstanceOf(Answer.Ok.class);
    // A fence that all replicas together keep open, and that closes by itself when the target
    // leaves: a write that comes during
    // the pause is held only if the fence is open, else it is refused at once.
    String all = Integer.toString(others.length + 1);
    EngineLab.done(admin.configure(old.address(), Map.of("min-replicas-to-write", all)));
    awaitEqualOffsets(admin, old, target);
    // Clients are sent away first: they come back by the Service, to the target, later than the
    // next command.
    EngineLab.done(admin.endClientSessions(old.address()));
    EngineLab.done(admin.promote(target.address()));
    EngineLab.done(admin.follow(old.address(), "127.0.0.1", target.port()));
    // Those that came since. Before the pause ends, or their held writes would be answered
    // READONLY.
    EngineLab.done(admin.endClientSessions(old.address()));
    EngineLab.done(admin.unpause(old.address()));
    EngineLab.done(
        admin.configure(
            old.address(), Map.of("min-replicas-to-write", "0", "repl-ping-replica-period", "10")));
    for (EngineProcess other : others) {
      EngineLab.done(admin.follow(other.address(), "127.0.0.1", target.port()));
      EngineLab.awaitLink(admin, other);
    }
    EngineLab.awaitLink(admin, old);
  }

  private static void awaitEqualOffsets(
      EngineAdmin admin, EngineProcess old, EngineProcess target) {
    Attempts.until(
        () -> {
          long reached = admin.offset(target.address()).ok().orElseThrow();
          return reached == admin.offset(old.address()).ok().orElseThrow();
        },
        "equal offsets");
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

  private static long fullCopies(EngineAdmin admin, EngineProcess... servers) {
    long sum = 0;
    for (EngineProcess server : servers) {
      sum += EngineLab.view(admin, server).syncFull();
    }
    return sum;
  }

  /**
   * Writes one key after the other, each until it is acknowledged, over a connection that it opens
   * anew when it breaks.
   */
  private static final class Writer implements AutoCloseable {
    private final EngineLab lab;
    private final AtomicReference<EngineProcess> server;
    private final List<String> acknowledged = Collections.synchronizedList(new ArrayList<>());
    private final List<String> surprises = Collections.synchronizedList(new ArrayList<>());
    private final AtomicBoolean stop = new AtomicBoolean();
    private final Thread thread;
    private volatile long longestGapNanos;
    private volatile @Nullable RespClient session;
    private boolean proven;

    Writer(EngineLab lab, AtomicReference<EngineProcess> server) {
      this.lab = lab;
      this.server = server;
      this.thread = Thread.ofPlatform().name("writer").start(this::run);
    }

    private void run() {
      long last = System.nanoTime();
      for (int n = 0; !stop.get(); n++) {
        write("w:" + n);
        long now = System.nanoTime();
        longestGapNanos = Math.max(longestGapNanos, n == 0 ? 0 : now - last);
        last = now;
      }
    }

    private void write(String key) {
      while (!stop.get()) {
        try {
          RespClient open = session;
          if (open == null) {
            open = lab.connect(server.get());
            session = open;
            proven = false;
          }
          open.call("SET", key, "v");
          acknowledged.add(key);
          proven = true;
          return;
        } catch (RespClient.ErrorReply e) {
          // A new connection may meet the target before its role changes; an old one must never
          // hear this.
          String said = String.valueOf(e.getMessage());
          if (proven || !said.startsWith("READONLY")) {
            surprises.add(said);
          }
          hangUp();
        } catch (IOException e) {
          hangUp();
        }
      }
    }

    private void hangUp() {
      RespClient open = session;
      session = null;
      if (open != null) {
        try {
          open.close();
        } catch (IOException e) {
          surprises.add("close: " + e);
        }
      }
    }

    List<String> acknowledged() {
      synchronized (acknowledged) {
        return List.copyOf(acknowledged);
      }
    }

    List<String> surprises() {
      synchronized (surprises) {
        return List.copyOf(surprises);
      }
    }

    long longestGapMillis() {
      return TimeUnit.NANOSECONDS.toMillis(longestGapNanos);
    }

    void stop() throws InterruptedException {
      stop.set(true);
      if (!thread.join(Duration.ofSeconds(10))) {
        throw new IllegalStateException("the writer did not stop");
      }
    }

    @Override
    public void close() throws IOException {
      stop.set(true);
      hangUp();
    }
  }
}
