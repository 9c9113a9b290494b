package dev.cachecluster.stories.rig;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cachecluster.api.v1alpha1.CacheCluster;
import dev.cachecluster.api.v1alpha1.CacheClusterStatus;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.PodResource;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.readiness.Readiness;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One CacheCluster of a story, and what stands around it. */
public final class Cache {
  public static final Duration READY_WITHIN = Duration.ofSeconds(90);
  private static final List<String> FACTS =
      List.of("Ready", "TopologyHealthy", "TLSVerified", "PlaintextClosed", "CredentialsApplied");

  private static final String PROBE_OF = "cachecluster.dev/probe-of";

  private final KubernetesClient client;
  private final String namespace;
  private final String name;

  private Cache(KubernetesClient client, String namespace, String name) {
    this.client = client;
    this.namespace = namespace;
    this.name = name;
  }

  /**
   * The smallest example in the story's namespace, with these fields of its spec set otherwise, and
   * an application for it.
   */
  public static Cache create(Story story, String specYaml) {
    var cache = createIn(story, story.namespace(), specYaml);
    cache.application().create();
    return cache;
  }

  /** The same in another namespace, without an application. */
  public static Cache createIn(Story story, String namespace, String specYaml) {
    try {
      var example = Files.readString(Options.repository().resolve("examples/01-minimal.yaml"));
      var object = (ObjectNode) Serialization.unmarshal(example, JsonNode.class);
      merge((ObjectNode) object.get("spec"), yaml(specYaml));
      var created =
          story.client().resource(Serialization.asYaml(object)).inNamespace(namespace).create();
      return new Cache(story.client(), namespace, created.getMetadata().getName());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The application that has all keys of the cache; see {@link #create}. */
  public Application application() {
    return Application.ofAllKeys(client, namespace, name);
  }

  /** The same in another namespace, with an application for it, serving. */
  public static Cache readyIn(Story story, String namespace, String specYaml) {
    var cache = createIn(story, namespace, specYaml);
    cache.application().create();
    cache.awaitHealthy(READY_WITHIN);
    cache.application().awaitBound(READY_WITHIN);
    return cache;
  }

  /** The smallest example, serving. */
  public static Cache ready(Story story, String specYaml) {
    var cache = create(story, specYaml);
    cache.awaitHealthy(READY_WITHIN);
    cache.application().awaitBound(READY_WITHIN);
    return cache;
  }

  /** A first line that is no brace tells the parser that this is YAML. */
  private static JsonNode yaml(String text) {
    return Serialization.unmarshal("# YAML\n" + text, JsonNode.class);
  }

  private static void merge(ObjectNode into, JsonNode overrides) {
    overrides
        .properties()
        .forEach(
            field -> {
              if (field.getValue().isObject()
                  && into.get(field.getKey()) instanceof ObjectNode inner) {
                merge(inner, field.getValue());
              } else {
                into.set(field.getKey(), field.getValue());
              }
            });
  }

  public String name() {
    return name;
  }

  public String namespace() {
    return namespace;
  }

  public Resource<CacheCluster> resource() {
    return client.resources(CacheCluster.class).inNamespace(namespace).withName(name);
  }

  public CacheCluster object() {
    return resource().require();
  }

  public CacheClusterStatus status() {
    return present("the status of " + name, object().getStatus());
  }

  /** Merges this YAML into the spec, as an edit does. */
  public void change(String specYaml) {
    var patch = Map.of("spec", yaml(specYaml));
    resource().patch(PatchContext.of(PatchType.JSON_MERGE), Serialization.asJson(patch));
  }

  public Optional<Condition> condition(String type) {
    var conditions = status().conditions();
    return conditions == null
        ? Optional.empty()
        : conditions.stream().filter(condition -> condition.getType().equals(type)).findFirst();
  }

  /** The condition, which must be there: inside a wait, one that is not yet told is waited for. */
  public Condition told(String type) {
    return condition(type).orElseThrow(() -> new AssertionError(type + " is not told yet"));
  }

  /** Every fact proven, of this very generation, by as many members as the spec wants. */
  public void awaitHealthy(Duration atMost) {
    Wait.until("every condition of " + name + " is good", atMost, this::assertHealthy);
  }

  public void assertHealthy() {
    var cluster = object();
    var status = present("status", cluster.getStatus());
    var generation = cluster.getMetadata().getGeneration();
    assertThat(status.observedGeneration()).as("observedGeneration").isEqualTo(generation);
    for (var fact : FACTS) {
      var condition = condition(fact);
      assertThat(condition).as(fact).isPresent();
      assertThat(condition.get().getStatus())
          .as(fact + ": " + condition.get().getMessage() + "; plan: " + status.plan())
          .isEqualTo("True");
      assertThat(condition.get().getObservedGeneration())
          .as(fact + " observedGeneration")
          .isEqualTo(generation);
    }
    for (var trouble : List.of("Reconciling", "Stalled", "Degraded")) {
      assertThat(condition(trouble).map(Condition::getStatus))
          .as(trouble + "; plan: " + status.plan())
          .hasValue("False");
    }
    int members = cluster.getSpec().topology().replicas() + 1;
    assertThat(status.members()).hasSize(members);
    // A status can be old: the pods themselves must be ready too, which only the operator lets them
    // be.
    var pods = pods();
    assertThat(pods).as("pods").hasSize(members);
    for (var pod : pods) {
      assertThat(Readiness.isPodReady(pod)).as(pod.getMetadata().getName() + " is ready").isTrue();
    }
  }

  /** The pods of the network's probe that are there now. */
  public List<String> probePods() {
    return client.pods().inNamespace(namespace).withLabel(PROBE_OF, name).list().getItems().stream()
        .map(pod -> pod.getMetadata().getName())
        .toList();
  }

  /** Until the probe has told this of the network as it is now, and its pods are gone. */
  public void awaitNetwork(String reason, Duration atMost) {
    Wait.until(
        "NetworkIsolated for the reason " + reason,
        atMost,
        () -> {
          var condition = told("NetworkIsolated");
          assertThat(condition.getReason()).as(condition.getMessage()).isEqualTo(reason);
          assertThat(probePods()).isEmpty();
        });
  }

  /** The member that leads, by status. */
  public String primary() {
    return present("status.primary", status().primary());
  }

  private static <T> T present(String what, @Nullable T value) {
    if (value == null) {
      throw new AssertionError(what + " is not there");
    }
    return value;
  }

  public static String podOf(String member) {
    return member + "-0";
  }

  public String primaryPod() {
    return podOf(primary());
  }

  public List<String> replicaPods() {
    var primary = primaryPod();
    return pods().stream()
        .map(pod -> pod.getMetadata().getName())
        .filter(pod -> !pod.equals(primary))
        .sorted()
        .toList();
  }

  /** The pods of the members; those of the probe come and go. */
  public List<Pod> pods() {
    return client
        .pods()
        .inNamespace(namespace)
        .withLabel(OwnedObjects.CLUSTER, name)
        .withLabel(OwnedObjects.MEMBER)
        .list()
        .getItems();
  }

  public PodResource pod(String pod) {
    return client.pods().inNamespace(namespace).withName(pod);
  }

  /** Pod name to uid: the same map later means that no pod was replaced. */
  public Map<String, String> podUids() {
    var uids = new TreeMap<String, String>();
    pods().forEach(pod -> uids.put(pod.getMetadata().getName(), pod.getMetadata().getUid()));
    return uids;
  }

  /** Pod name to restarts of its server: the same map later means that no process was replaced. */
  public Map<String, Integer> restarts() {
    var restarts = new TreeMap<String, Integer>();
    pods()
        .forEach(
            pod ->
                restarts.put(
                    pod.getMetadata().getName(),
                    pod.getStatus().getContainerStatuses().stream()
                        .mapToInt(status -> status.getRestartCount())
                        .sum()));
    return restarts;
  }

  /** Events on the CacheCluster with this reason. */
  public List<Event> events(String reason) {
    return client.v1().events().inNamespace(namespace).list().getItems().stream()
        .filter(event -> "CacheCluster".equals(event.getInvolvedObject().getKind()))
        .filter(
            event ->
                name.equals(event.getInvolvedObject().getName())
                    && reason.equals(event.getReason()))
        .toList();
  }

  public void awaitEvent(String reason, Duration atMost) {
    Wait.until("an Event " + reason, atMost, () -> assertThat(events(reason)).isNotEmpty());
  }

  /** What ROLE says at a server, asked as the kubelet's probes ask. */
  public ServerRole role(String pod) {
    return ServerRole.ask(pod(pod));
  }

  /** The file that a server of this cache starts with. */
  public String settings() {
    var files =
        client.configMaps().inNamespace(namespace).withName(name + "-config").require().getData();
    return String.join("\n", files.values());
  }

  /** How many keys a server says that it has. */
  public long keys(String pod) {
    return Long.parseLong(ServerRole.answer(pod(pod), "DBSIZE").getFirst());
  }

  /** Until every replica has acknowledged what the primary had when this was called. */
  public void awaitReplicated(Duration atMost) {
    var target = role(primaryPod()).offset();
    for (var replica : replicaPods()) {
      Wait.until(
          replica + " has everything up to " + target,
          atMost,
          () -> assertThat(role(replica).offset()).isGreaterThanOrEqualTo(target));
    }
  }
}
