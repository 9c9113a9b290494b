package dev.cachecluster.lettucewriter;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntFunction;

/** A thread each for some jobs, and a report now and then until all of them are done. */
final class Workers {
  private static final long REPORT_SECONDS = 5;

  private Workers() {}

  /** A job that fails ends the program: a worker that is missing would only look like less load. */
  static void run(int number, IntFunction<Callable<Void>> jobs, Runnable report)
      throws InterruptedException {
    try (ExecutorService threads =
        Executors.newThreadPerTaskExecutor(Thread.ofPlatform().name("worker-", 0).factory())) {
      List<Future<Void>> running = new ArrayList<>();
      for (int worker = 0; worker < number; worker++) {
        running.add(threads.submit(jobs.apply(worker)));
      }
      for (Future<Void> job : running) {
        await(job, report);
      }
    }
  }

  private static void await(Future<Void> job, Runnable report) throws InterruptedException {
    while (true) {
      try {
        job.get(REPORT_SECONDS, TimeUnit.SECONDS);
        return;
      } catch (TimeoutException e) {
        report.run();
      } catch (ExecutionException e) {
        throw new IllegalStateException("a worker failed: " + e.getCause(), e.getCause());
      }
    }
  }
}
