package dev.cachecluster.stories.rig;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The operator as it is installed: its pods, its leader and what it logs. */
public final class OperatorPods {
  public static final String NAMESPACE = "cachecluster-system";
  public static final String NAME = "cachecluster-operator";
  private static final int HTTP_PORT = 8080;
  private static final Pattern TROUBLE =
      Pattern.compile("^\\S+ +(ERROR|FATAL) |^Exception in thread|OutOfMemoryError");

  private static final Pattern FRAME =
      Pattern.compile("^\\s+at \\S+\\(|^\\s+\\.\\.\\. \\d+ more|^Caused by: ");

  /** A machine with too little processor for everybody: no fault of the operator. */
  private static final Pattern SLOW_MACHINE = Pattern.compile("BlockedThreadChecker");

  private final KubernetesClient client;
  private final Instant since;

  /** What pods had logged that are no more. */
  private final StringBuilder earlier = new StringBuilder();

  OperatorPods(KubernetesClient client, Instant since) {
    this.client = client;
    this.since = since;
  }

  public List<Pod> list() {
    return client
        .pods()
        .inNamespace(NAMESPACE)
        .withLabel("app.kubernetes.io/name", NAME)
        .list()
        .getItems();
  }

  public List<String> names() {
    return list().stream().map(pod -> pod.getMetadata().getName()).toList();
  }

  /** The pod that holds the lease. */
  public String leader() {
    return client
        .leases()
        .inNamespace(NAMESPACE)
        .withName(NAME)
        .require()
        .getSpec()
        .getHolderIdentity();
  }

  public void awaitAvailable(Duration atMost) {
    Wait.until(
        "the operator is available",
        atMost,
        () -> {
          var status = client.apps().deployments().inNamespace(NAMESPACE).withName(NAME).require();
          assertThat(status.getStatus().getAvailableReplicas())
              .isEqualTo(status.getSpec().getReplicas());
          assertThat(status.getStatus().getUpdatedReplicas())
              .isEqualTo(status.getSpec().getReplicas());
        });
  }

  /** Pods whose container was ended for its memory since the story began. */
  public List<String> outOfMemory() {
    return list().stream()
        .filter(
            pod ->
                pod.getStatus().getContainerStatuses().stream()
                    .flatMap(
                        status ->
                            Optional.ofNullable(status.getLastState().getTerminated()).stream())
                    .anyMatch(
                        end ->
                            "OOMKilled".equals(end.getReason())
                                && Instant.parse(end.getFinishedAt()).isAfter(since)))
        .map(pod -> pod.getMetadata().getName())
        .toList();
  }

  /** Deletes all of its pods at once; what they had logged is kept for the end of the story. */
  public void deleteAll() {
    rememberLogs();
    client
        .pods()
        .inNamespace(NAMESPACE)
        .withLabel("app.kubernetes.io/name", NAME)
        .withGracePeriod(0)
        .delete();
  }

  /**
   * Pods of no past: a kubelet starts a container that died again and again only every five
   * minutes.
   */
  public void replaceAll(Duration atMost) {
    rememberLogs();
    var before = names();
    client.pods().inNamespace(NAMESPACE).withLabel("app.kubernetes.io/name", NAME).delete();
    Wait.until(
        "the operator's pods are gone",
        atMost,
        () -> assertThat(names()).doesNotContainAnyElementsOf(before));
    awaitAvailable(atMost);
  }

  /** Sets a variable of its environment, or removes it, and waits for the pods that have it. */
  public void environment(String name, @Nullable String value, Duration atMost) {
    rememberLogs();
    client
        .apps()
        .deployments()
        .inNamespace(NAMESPACE)
        .withName(NAME)
        .edit(
            deployment ->
                new DeploymentBuilder(deployment)
                    .editSpec()
                    .editTemplate()
                    .editSpec()
                    .editMatchingContainer(container -> container.getName().equals("operator"))
                    .removeMatchingFromEnv(variable -> variable.getName().equals(name))
                    .addAllToEnv(value == null ? List.of() : List.of(new EnvVar(name, value, null)))
                    .endContainer()
                    .endSpec()
                    .endTemplate()
                    .endSpec()
                    .build());
    Wait.until(
        "the operator's pods are replaced",
        atMost,
        () -> {
          var deployment =
              client.apps().deployments().inNamespace(NAMESPACE).withName(NAME).require();
          var status = deployment.getStatus();
          assertThat(status.getObservedGeneration())
              .isEqualTo(deployment.getMetadata().getGeneration());
          assertThat(status.getUpdatedReplicas()).isEqualTo(deployment.getSpec().getReplicas());
          assertThat(list()).hasSize(deployment.getSpec().getReplicas());
        });
    awaitAvailable(atMost);
  }

  /** What each pod answers a scraper. */
  public String metrics() {
    var all = new StringBuilder();
    for (var pod : names()) {
      try (var forward = client.pods().inNamespace(NAMESPACE).withName(pod).portForward(HTTP_PORT);
          var http = HttpClient.newHttpClient()) {
        var uri = URI.create("http://127.0.0.1:" + forward.getLocalPort() + "/q/metrics");
        var answer =
            http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(pod + " /q/metrics").isEqualTo(200);
        all.append(answer.body());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
    }
    return all.toString();
  }

  /** Deletes one pod without grace. */
  public void delete(String pod) {
    rememberLogs();
    client.pods().inNamespace(NAMESPACE).withName(pod).withGracePeriod(0).delete();
  }

  public void scale(int replicas) {
    rememberLogs();
    client.apps().deployments().inNamespace(NAMESPACE).withName(NAME).scale(replicas);
    Wait.until(
        replicas + " operator pods",
        Duration.ofMinutes(1),
        () -> assertThat(list()).hasSize(replicas));
  }

  private void rememberLogs() {
    earlier.append(currentLogs());
  }

  /** Everything that the operator logged since the story began. */
  public String log() {
    return earlier + currentLogs();
  }

  private String currentLogs() {
    var all = new StringBuilder();
    for (var pod : list()) {
      var name = pod.getMetadata().getName();
      var restarted =
          pod.getStatus().getContainerStatuses().stream()
              .anyMatch(status -> status.getRestartCount() > 0);
      all.append("=== ").append(name).append('\n');
      if (restarted) {
        all.append(logOf(name, true)).append("=== ").append(name).append(" after a restart\n");
      }
      all.append(logOf(name, false));
    }
    return all.toString();
  }

  private String logOf(String pod, boolean previous) {
    try {
      var resource = client.pods().inNamespace(NAMESPACE).withName(pod);
      return previous
          ? resource.terminated().sinceTime(since.toString()).getLog()
          : resource.sinceTime(since.toString()).getLog();
    } catch (KubernetesClientException e) {
      return "(no log of " + pod + ": " + e.getMessage() + ")\n";
    }
  }

  /**
   * The lines that tell of an error, and those that a stack trace follows, without those that a
   * story expects.
   */
  public List<String> troubles(List<Pattern> expected) {
    var found = new LinkedHashSet<String>();
    var previous = "";
    for (var line : log().split("\n", -1)) {
      if (FRAME.matcher(line).find()) {
        if (!previous.isEmpty()) {
          found.add(previous);
        }
        previous = "";
        continue;
      }
      if (TROUBLE.matcher(line).find()) {
        found.add(line);
      }
      previous = line;
    }
    return found.stream()
        .filter(line -> !SLOW_MACHINE.matcher(line).find())
        .filter(line -> expected.stream().noneMatch(pattern -> pattern.matcher(line).find()))
        .toList();
  }
}
