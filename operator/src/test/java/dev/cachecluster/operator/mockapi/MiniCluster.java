package dev.cachecluster.operator.mockapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * The controllers of a cluster, as far as the operator builds on them, one round at a time: the
 * garbage collector, StatefulSets of one pod with the OnDelete strategy, and the kubelet.
 */
public final class MiniCluster {
  /** A pod that was asked to go lives through its preStop sleep. */
  private static final Duration PRE_STOP = Duration.ofSeconds(5);

  private final MockApi api;
  private final PodProcesses processes;
  private final Clock clock;
  private final MiniStorage storage;
  private final UnaryOperator<String> addresses;
  private int started;
  private boolean policiesHold = true;

  /**
   * @param addresses gives a pod its address, by a number that no other pod had
   */
  public MiniCluster(
      MockApi api, PodProcesses processes, Clock clock, UnaryOperator<String> addresses) {
    this.api = api;
    this.processes = processes;
    this.storage = new MiniStorage(api);
    this.clock = clock;
    this.addresses = addresses;
  }

  /** Goes on from this one's state, with an API and processes that were forked too. */
  public MiniCluster fork(MockApi ownApi, PodProcesses ownProcesses, Clock ownClock) {
    var fork = new MiniCluster(ownApi, ownProcesses, ownClock, addresses);
    fork.started = started;
    fork.policiesHold = policiesHold;
    return fork;
  }

  /** Whether the network keeps to its policies, as the probe finds out. */
  public void policiesHold(boolean hold) {
    policiesHold = hold;
  }

  /** One round of every controller. */
  public void step() {
    while (api.collectGarbage()) {
      // What was owned by what just went may go too.
    }
    api.lookAll(Kind.STATEFUL_SET).forEach(this::statefulSet);
    storage.step();
    processes.retain(
        api.lookAll(Kind.POD).stream()
            .map(pod -> pod.path("metadata").path("uid").asText())
            .collect(Collectors.toSet()));
    api.lookAll(Kind.POD).forEach(this::pod);
  }

  private void statefulSet(ObjectNode set) {
    var metadata = set.path("metadata");
    var name = metadata.path("name").asText() + "-0";
    var namespace = metadata.path("namespace").asText();
    boolean absent = api.look(Kind.POD, namespace, name).isEmpty();
    if (absent
        && set.path("spec").path("replicas").asInt(1) > 0
        && !metadata.has("deletionTimestamp")) {
      api.add(new Key(Kind.POD, namespace, name), podOf(set, name));
    }
    if (set.path("status").path("observedGeneration").asLong()
        != metadata.path("generation").asLong()) {
      api.change(
          Kind.STATEFUL_SET,
          namespace,
          metadata.path("name").asText(),
          object ->
              object
                  .withObject("/status")
                  .put("observedGeneration", metadata.path("generation").asLong())
                  .put("replicas", 1));
    }
  }

  private static ObjectNode podOf(ObjectNode set, String name) {
    var template = set.path("spec").path("template");
    var pod = ApiRequest.JSON.createObjectNode();
    var metadata = pod.putObject("metadata");
    metadata.setAll((ObjectNode) template.path("metadata").deepCopy());
    metadata
        .withObject("/labels")
        .put("statefulset.kubernetes.io/pod-name", name)
        .put("apps.kubernetes.io/pod-index", "0");
    metadata
        .putArray("ownerReferences")
        .addObject()
        .put("apiVersion", "apps/v1")
        .put("kind", "StatefulSet")
        .put("name", set.path("metadata").path("name").asText())
        .put("uid", set.path("metadata").path("uid").asText())
        .put("controller", true)
        .put("blockOwnerDeletion", true);
    pod.set("spec", template.path("spec").deepCopy());
    pod.withObject("/spec").put("nodeName", nodeOf(name)).put("hostname", name);
    pod.putObject("status").put("phase", "Pending");
    return pod;
  }

  private void pod(ObjectNode pod) {
    var uid = pod.path("metadata").path("uid").asText();
    if (pod.path("metadata").has("deletionTimestamp")) {
      var end =
          Instant.parse(pod.path("metadata").path("deletionTimestamp").asText()).plus(PRE_STOP);
      if (!processes.runs(uid) || !clock.instant().isBefore(end)) {
        processes.end(uid);
        api.podEnded(pod);
      }
      return;
    }
    if (ProbeRun.isOne(pod)) {
      ProbeRun.step(pod, policiesHold);
      tell(pod);
      return;
    }
    boolean wasRunning =
        pod.path("status").path("containerStatuses").path(0).path("state").has("running");
    boolean runs = processes.runs(uid);
    if (!runs && !wasRunning) {
      if (!storage.isMountable(pod)) {
        return;
      }
      runs = start(pod);
    }
    if (runs) {
      processes.refresh(pod);
    }
    status(pod, runs, runs && processes.ready(uid));
  }

  private boolean start(ObjectNode pod) {
    if (pod.path("status").path("podIP").asText("").isEmpty()) {
      pod.withObject("/status").put("podIP", addresses.apply(Integer.toString(++started)));
    }
    processes.start(pod);
    var container = pod.path("status").path("containerStatuses").path(0);
    int restarts = container.isMissingNode() ? 0 : container.path("restartCount").asInt() + 1;
    containers(pod).put("restartCount", restarts);
    return true;
  }

  private static ObjectNode containers(ObjectNode pod) {
    var status = pod.withObject("/status");
    var list =
        status.get("containerStatuses") instanceof ArrayNode there
            ? there
            : status.putArray("containerStatuses");
    return list.isEmpty()
        ? list.addObject().put("name", "server").put("restartCount", 0)
        : (ObjectNode) list.get(0);
  }

  private void status(ObjectNode pod, boolean runs, boolean ready) {
    var status = pod.withObject("/status");
    status.put("phase", "Running");
    var container = containers(pod).put("ready", ready).put("started", runs);
    container.remove("state");
    if (runs) {
      container.putObject("state").putObject("running");
    } else {
      container
          .putObject("state")
          .putObject("terminated")
          .put("exitCode", 137)
          .put("reason", "Error");
    }
    boolean gate = true;
    for (var required : pod.path("spec").path("readinessGates")) {
      gate &= isTrue(status, required.path("conditionType").asText());
    }
    condition(status, "PodScheduled", true);
    condition(status, "ContainersReady", ready);
    condition(status, "Ready", ready && gate);
    tell(pod);
  }

  private void tell(ObjectNode pod) {
    var metadata = pod.path("metadata");
    api.change(
        Kind.POD,
        metadata.path("namespace").asText(),
        metadata.path("name").asText(),
        object -> object.set("status", pod.path("status")));
  }

  private static boolean isTrue(ObjectNode status, String type) {
    for (JsonNode condition : status.path("conditions")) {
      if (condition.path("type").asText().equals(type)) {
        return condition.path("status").asText().equals("True");
      }
    }
    return false;
  }

  private static void condition(ObjectNode status, String type, boolean value) {
    var list =
        status.get("conditions") instanceof ArrayNode there ? there : status.putArray("conditions");
    for (JsonNode condition : list) {
      if (condition.path("type").asText().equals(type)) {
        ((ObjectNode) condition).put("status", value ? "True" : "False");
        return;
      }
    }
    list.addObject().put("type", type).put("status", value ? "True" : "False");
  }

  /** Where a pod of this name runs, as every other pod does: on a node of its own. */
  public static String nodeOf(String pod) {
    return "node-of-" + pod;
  }
}
