package dev.cachecluster.operator.engine;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Writes one key after the other, each until it is acknowledged, over a connection that it opens
 * anew when it breaks.
 */
final class SteadyWriter implements AutoCloseable {
  private final EngineLab lab;
  private final AtomicReference<EngineProcess> server;
  private final List<String> acknowledged = Collections.synchronizedList(new ArrayList<>());
  private final List<String> surprises = Collections.synchronizedList(new ArrayList<>());
  private final AtomicBoolean stop = new AtomicBoolean();
  private final Thread thread;
  private volatile long longestGapNanos;
  private volatile @Nullable RespClient session;
  private boolean proven;

  SteadyWriter(EngineLab lab, AtomicReference<EngineProcess> server) {
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
        // A new connection may meet the target before its role changes, or the old primary once the
        // target has left it, if it was on its way there; an open one must never hear either.
        String said = String.valueOf(e.getMessage());
        if (proven || !(said.startsWith("READONLY") || said.startsWith("NOREPLICAS"))) {
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
