package dev.cachecluster.stories.rig;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.cachecluster.api.v1alpha1.CacheCluster;
import dev.cachecluster.api.v1alpha1.CacheUser;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Everything that somebody may read who may not read Secrets. */
public final class Haystack {
  private final Story story;

  public Haystack(Story story) {
    this.story = story;
  }

  /** By the name of the place. */
  public Map<String, String> all() {
    var all = new LinkedHashMap<String, String>();
    all.put("the operator's log", story.operator().log());
    all.put("the members' logs", memberLogs());
    all.put("objects of the cache", objects(story.namespace()));
    all.put("objects of the operator", objects(OperatorPods.NAMESPACE));
    all.put("metrics", story.operator().metrics());
    all.put("arguments of processes", processes("cmdline"));
    all.put("environments of processes", processes("environ"));
    all.put("reports of stories", reports());
    return all;
  }

  /** All objects of a namespace but Secrets, with status, managed fields and events. */
  public String objects(String namespace) {
    var client = story.client();
    var all = new ArrayList<HasMetadata>();
    all.addAll(client.resources(CacheCluster.class).inNamespace(namespace).list().getItems());
    all.addAll(client.resources(CacheUser.class).inNamespace(namespace).list().getItems());
    all.addAll(client.configMaps().inNamespace(namespace).list().getItems());
    all.addAll(client.services().inNamespace(namespace).list().getItems());
    all.addAll(client.pods().inNamespace(namespace).list().getItems());
    all.addAll(client.apps().statefulSets().inNamespace(namespace).list().getItems());
    all.addAll(client.apps().deployments().inNamespace(namespace).list().getItems());
    all.addAll(client.apps().replicaSets().inNamespace(namespace).list().getItems());
    all.addAll(client.apps().controllerRevisions().inNamespace(namespace).list().getItems());
    all.addAll(client.network().v1().networkPolicies().inNamespace(namespace).list().getItems());
    all.addAll(client.policy().v1().podDisruptionBudget().inNamespace(namespace).list().getItems());
    all.addAll(client.leases().inNamespace(namespace).list().getItems());
    all.addAll(client.v1().events().inNamespace(namespace).list().getItems());
    return all.stream().map(Serialization::asYaml).collect(Collectors.joining("\n---\n"));
  }

  private String memberLogs() {
    var pods = story.client().pods().inNamespace(story.namespace());
    return pods.list().getItems().stream()
        .map(pod -> pods.withName(pod.getMetadata().getName()).getLog())
        .collect(Collectors.joining("\n"));
  }

  /** Of everything that runs on the machine: the rig's pods are processes of it. */
  private String processes(String file) {
    story.rig().auditLog(); // makes sure that the rig is the cluster of the stories
    var all = new StringBuilder();
    try (var directories = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
      for (var directory : directories) {
        all.append(readOrNothing(directory.resolve(file)).replace('\0', '\n'));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return all.toString();
  }

  private static String readOrNothing(Path file) {
    try {
      return Files.readString(file, ISO_8859_1);
    } catch (IOException e) {
      return ""; // the process ended meanwhile
    }
  }

  /** What Surefire and the stories themselves wrote. */
  private static String reports() {
    var all = new StringBuilder();
    for (var place : List.of("surefire-reports", "failures", "stories.txt")) {
      var path = Path.of("target", place);
      if (!Files.exists(path)) {
        continue;
      }
      try (var files = Files.walk(path)) {
        for (var file : files.filter(Files::isRegularFile).toList()) {
          all.append(Files.readString(file, ISO_8859_1));
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return all.append("(end of the reports)").toString();
  }
}
