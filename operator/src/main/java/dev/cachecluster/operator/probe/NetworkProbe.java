package dev.cachecluster.operator.probe;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Tries what a pod may reach and what it may not, and leaves the verdict where the kubelet picks it
 * up. It judges nothing: that is the operator's matter.
 *
 * <p>First what may be reached, until all of it was: a network may be late to let a new pod out.
 * Then what may not: a network may be late to close, too, so what was reached is tried again for a
 * while, and what was not is tried twice. Then once more what may be reached, since being kept from
 * something proves nothing to a pod that has lost its network.
 */
public final class NetworkProbe {
  private static final String VERDICT = "--verdict=";

  private static final String HELP =
      """
      Usage: NetworkProbe --verdict=FILE (--may=NAME=HOST:PORT | --may-not=NAME=HOST:PORT)...
        Connects to each place over TCP and writes one line for each to FILE: whether a connection stood.
        Ends with 0 when FILE is written, whatever stands in it.
      """;

  /**
   * How long things are tried; together they stay below the deadline of the pod.
   *
   * @param connect for one connection
   * @param open until what may be reached is
   * @param close until what may not be reached is closed
   * @param pause between two tries
   */
  record Patience(Duration connect, Duration open, Duration close, Duration pause) {
    static final Patience OF_A_POD =
        new Patience(
            Duration.ofSeconds(3),
            Duration.ofSeconds(30),
            Duration.ofSeconds(10),
            Duration.ofMillis(500));
  }

  private final List<Target> targets;
  private final Patience patience;

  NetworkProbe(List<Target> targets, Patience patience) {
    this.targets = targets;
    this.patience = patience;
  }

  public static void main(String[] arguments) throws IOException {
    var places = Stream.of(arguments).filter(each -> !each.startsWith(VERDICT)).toList();
    var file = Stream.of(arguments).filter(each -> each.startsWith(VERDICT)).toList();
    if (file.size() != 1 || places.isEmpty()) {
      System.err.print(HELP);
      System.exit(places.equals(List.of("--help")) ? 0 : 2);
    }
    try {
      var targets = places.stream().map(Target::parse).toList();
      var verdict = Finding.tell(new NetworkProbe(targets, Patience.OF_A_POD).run());
      System.out.print(verdict);
      Files.writeString(Path.of(file.getFirst().substring(VERDICT.length())), verdict);
    } catch (IllegalArgumentException e) {
      System.err.print(e.getMessage() + "\n" + HELP);
      System.exit(2);
    }
  }

  List<Finding> run() {
    var may = targets.stream().filter(Target::allowed).toList();
    var mayNot = targets.stream().filter(target -> !target.allowed()).toList();
    all(may, this::open);
    var kept = all(mayNot, this::closed);
    var reached = all(may, this::open);
    return Stream.concat(reached.stream(), kept.stream()).toList();
  }

  private Attempt open(Target target) {
    return until(target, true, 1, patience.open());
  }

  private Attempt closed(Target target) {
    return until(target, false, 2, patience.close());
  }

  /** Tries until it came out so, that often in a row, or the time is over. */
  private Attempt until(Target target, boolean reached, int times, Duration atMost) {
    long began = System.nanoTime();
    int inRow = 0;
    while (true) {
      var attempt = Attempt.at(target, patience.connect());
      inRow = attempt.reached() == reached ? inRow + 1 : 0;
      boolean over = System.nanoTime() - began >= atMost.toNanos();
      if (inRow >= times || (over && attempt.reached() != reached)) {
        return attempt;
      }
      LockSupport.parkNanos(patience.pause().toNanos());
    }
  }

  /** All at once, so that many silent places cost no more time than one. */
  private static List<Finding> all(List<Target> targets, Function<Target, Attempt> attempt) {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var running = new ArrayList<Future<Finding>>();
      for (var target : targets) {
        running.add(threads.submit(() -> Finding.of(target, attempt.apply(target))));
      }
      return running.stream().map(NetworkProbe::result).toList();
    }
  }

  private static Finding result(Future<Finding> future) {
    try {
      return future.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } catch (java.util.concurrent.ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }
}
