package dev.cachecluster.stories.rig;

import dev.cachecluster.api.v1alpha1.CacheCluster;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What somebody needs who was not there, as files below {@code target/failures/<story>}. */
final class FailureReport {
  private final KubernetesClient client;
  private final String namespace;
  private final Path directory;

  FailureReport(KubernetesClient client, String story, String namespace) {
    this.client = client;
    this.namespace = namespace;
    this.directory = Path.of("target", "failures", story).toAbsolutePath();
  }

  /** Writes as much as can be had: a cluster that is down is when a report is wanted most. */
  Path write(Throwable failure, String steps, OperatorPods operator) throws IOException {
    Files.createDirectories(directory);
    try (var old = Files.list(directory)) {
      for (var file : old.toList()) {
        Files.delete(file);
      }
    }
    part("failure.txt", () -> steps + "\n" + stackTrace(failure));
    part("operator.log", operator::log);
    part("cacheclusters.yaml", this::clusters);
    part("events.txt", this::events);
    part("pods.yaml", () -> Serialization.asYaml(client.pods().inNamespace(namespace).list()));
    part("objects.txt", this::objects);
    for (var pod : client.pods().inNamespace(namespace).list().getItems()) {
      part("pod-" + pod.getMetadata().getName() + ".log", () -> logs(pod));
    }
    return directory;
  }

  private interface Source {
    String read() throws Exception;
  }

  private void part(String file, Source source) throws IOException {
    String content;
    try {
      content = source.read();
    } catch (Exception e) {
      content = "could not be had: " + e;
    }
    Files.writeString(directory.resolve(file), content);
  }

  private String clusters() {
    return client.resources(CacheCluster.class).inNamespace(namespace).list().getItems().stream()
        .map(
            cluster -> {
              var status = cluster.getStatus();
              return "# plan: "
                  + (status == null ? "no status" : status.plan())
                  + "\n"
                  + Serialization.asYaml(cluster);
            })
        .collect(Collectors.joining("---\n"));
  }

  private String events() {
    return client.v1().events().inNamespace(namespace).list().getItems().stream()
        .sorted(Comparator.comparing((Event event) -> String.valueOf(event.getLastTimestamp())))
        .map(
            event ->
                event.getLastTimestamp()
                    + " "
                    + event.getType()
                    + " "
                    + event.getReason()
                    + " "
                    + event.getInvolvedObject().getKind()
                    + "/"
                    + event.getInvolvedObject().getName()
                    + ": "
                    + event.getMessage())
        .collect(Collectors.joining("\n"));
  }

  private String objects() {
    return OwnedObjects.in(client, namespace).stream()
        .map(Object::toString)
        .collect(Collectors.joining("\n"));
  }

  private String logs(Pod pod) {
    var status = pod.getStatus();
    return Stream.concat(
            status.getInitContainerStatuses().stream(), status.getContainerStatuses().stream())
        .map(
            container ->
                "=== " + container.getName() + "\n" + logs(pod.getMetadata().getName(), container))
        .collect(Collectors.joining("\n"));
  }

  private String logs(String pod, ContainerStatus container) {
    var resource =
        client.pods().inNamespace(namespace).withName(pod).inContainer(container.getName());
    try {
      var previous =
          container.getRestartCount() > 0
              ? resource.terminated().getLog() + "\n=== after the last restart\n"
              : "";
      return previous + resource.getLog();
    } catch (KubernetesClientException e) {
      return "no log: " + container.getState();
    }
  }

  private static String stackTrace(Throwable failure) {
    var text = new StringWriter();
    failure.printStackTrace(new PrintWriter(text));
    return text.toString();
  }
}
