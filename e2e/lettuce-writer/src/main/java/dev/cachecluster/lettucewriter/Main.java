package dev.cachecluster.lettucewriter;

import dev.cachecluster.lettucewriter.Verification.Verdict;
import io.lettuce.core.LettuceVersion;
import io.lettuce.core.RedisException;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The program: reads the command line, runs, and gives the exit code. */
public final class Main {
  private static final int NOT_TRIED = 2;

  private Main() {}

  /**
   * SIGTERM ends the writing, not the program: the result is still to come. The JVM would exit with
   * 143 whatever that is, so the hook waits for the run's end and exits with the code of the
   * result.
   */
  public static void main(String[] arguments) {
    // One line for each remark of Lettuce, such as that it connects again.
    System.setProperty("java.util.logging.SimpleFormatter.format", "writer: %3$s: %5$s%n");
    Stop stop = new Stop();
    CompletableFuture<Integer> ended = new CompletableFuture<>();
    Thread hook =
        new Thread(
            () -> {
              stop.now();
              int code = ended.join();
              System.out.flush();
              System.err.flush();
              Runtime.getRuntime().halt(code);
            },
            "stop");
    Runtime.getRuntime().addShutdownHook(hook);
    int code = NOT_TRIED;
    try {
      code = run(List.of(arguments), System.out, System.err, stop);
    } finally {
      ended.complete(code);
    }
    System.exit(code);
  }

  static int run(List<String> arguments, PrintStream out, PrintStream progress, Stop stop) {
    if (Options.asksForHelp(arguments)) {
      progress.print(Options.help());
      return 0;
    }
    try {
      Options options = Options.parse(arguments);
      Binding.read(options.target().binding());
      try (CacheClient client = new CacheClient(options.target())) {
        return options.roundtrip()
            ? roundtrip(client, options.load(), out, progress)
            : load(client, options.load(), stop, out, progress);
      }
    } catch (UsageException | IOException e) {
      progress.println("writer: " + ErrorCounts.text(e));
      return NOT_TRIED;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      progress.println("writer: interrupted");
      return NOT_TRIED;
    }
  }

  private static int roundtrip(
      CacheClient client, Load load, PrintStream out, PrintStream progress) {
    try {
      out.println(RoundTrip.make(client, load.prefix()));
      return 0;
    } catch (RedisException | IOException e) {
      progress.println("writer: the round trip failed: " + ErrorCounts.text(e));
      return 1;
    }
  }

  private static int load(
      CacheClient client, Load load, Stop stop, PrintStream out, PrintStream progress)
      throws InterruptedException {
    Writing.Outcome written = new Writing(load, client, stop, progress).run();
    progress.printf(
        "writer: Lettuce %s on %s, %d tries were followed by another %s%n",
        LettuceVersion.getVersion(),
        client.handshake().transport(),
        written.tally().counts().retried(),
        written.tally().counts().retries());
    long[] acked = written.tally().acked();
    progress.printf(
        "writer: reading %d acknowledged keys back in %s%n",
        acked.length, GoDuration.text(load.verifyAfter()));
    Thread.sleep(load.verifyAfter());
    Verdict verdict = new Verification(load, client, progress).of(acked);
    Result result = Result.of(load.run(), written, verdict);
    out.println(result.json());
    return result.exitCode();
  }
}
