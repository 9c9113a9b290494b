package dev.cachecluster.stories.rig;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The rig that the cluster runs on, for faults that Kubernetes has no API for. Before the first
 * fault it is made sure that this rig is the cluster of the stories, and not somebody else's.
 */
public final class Rig {
  private static final int MINUTES = 3;
  private boolean known;

  Rig() {}

  /** Runs a command of {@code kuberig} and gives what it printed. */
  public String run(String... arguments) {
    if (!known) {
      verify();
      known = true;
    }
    return execute(arguments);
  }

  private void verify() {
    var configured = System.getenv("KUBECONFIG");
    var own = execute("kubeconfig").strip();
    try {
      if (configured == null || !Files.isSameFile(Path.of(configured), Path.of(own))) {
        throw new AssertionError(
            "this story breaks machines and needs a rig: KUBECONFIG is "
                + configured
                + ", the rig's is "
                + own
                + "; set KUBERIG_DIR to the rig's directory, or start the stories by scripts/stories.sh");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String execute(String... arguments) {
    var command = new ArrayList<String>();
    command.add(Options.repository().resolve("e2e/kubernetes/bin/kuberig").toString());
    command.addAll(List.of(arguments));
    try {
      var output = Files.createTempFile("kuberig", ".log");
      try {
        var process =
            new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
          process.destroyForcibly();
          throw new AssertionError(
              String.join(" ", command) + " did not end in " + MINUTES + " min");
        }
        var said = Files.readString(output);
        if (process.exitValue() != 0) {
          throw new AssertionError(String.join(" ", command) + " failed: " + said);
        }
        return said;
      } finally {
        Files.deleteIfExists(output);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Ends a container's first process with SIGKILL. */
  public void killProcess(String namespace, String pod) {
    run("pod", "kill", namespace + "/" + pod);
  }

  /**
   * Empties a node as an administrator does, with all that no controller makes again. Only the
   * rig's DNS stays: there is one, where a cluster has two and a budget for them, and clients that
   * look the cache up would wait for it.
   */
  public void drain(String node) {
    run(
        "kubectl",
        "drain",
        node,
        "--ignore-daemonsets",
        "--delete-emptydir-data",
        "--force",
        "--pod-selector=k8s-app!=kube-dns",
        "--timeout=150s");
  }

  /** The file with one line of JSON for every request that the API server answered. */
  public Path auditLog() {
    return Path.of(run("audit-log").strip());
  }
}
