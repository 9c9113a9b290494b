package dev.cachecluster.operator.mockapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/**
 * The controllers of volumes, as far as the operator builds on them: what a pod claims is
 * provisioned and bound, and grows when its claim does; a pod waits for what it mounts.
 */
final class MiniStorage {
  private final MockApi api;

  MiniStorage(MockApi api) {
    this.api = api;
  }

  /** One round of them. */
  void step() {
    for (var claim : api.lookAll(Kind.CLAIM)) {
      if (claim.path("spec").path("volumeName").asText("").isEmpty()) {
        provision(claim);
      } else {
        grow(claim);
      }
    }
  }

  /** A class that binds with its first consumer waits for a pod. */
  private void provision(ObjectNode claim) {
    var storageClass = claim.path("spec").path("storageClassName").asText();
    var made = api.look(Kind.STORAGE_CLASS, "", storageClass);
    if (made.isEmpty() || !isUsed(claim)) {
      return;
    }
    var name = "pvc-of-" + claim.path("metadata").path("name").asText();
    if (api.look(Kind.VOLUME, "", name).isEmpty()) {
      var driver = made.get().path("provisioner").asText();
      var volume = ApiRequest.JSON.createObjectNode();
      volume.withObject("/metadata/annotations").put("pv.kubernetes.io/provisioned-by", driver);
      var spec = volume.putObject("spec").put("storageClassName", storageClass);
      spec.putObject("csi").put("driver", driver).put("volumeHandle", name);
      spec.putObject("claimRef").put("uid", claim.path("metadata").path("uid").asText());
      spec.putObject("capacity").put("storage", asked(claim));
      api.add(new Key(Kind.VOLUME, "", name), volume);
    }
    change(
        claim,
        object -> {
          object.withObject("/spec").put("volumeName", name);
          object.withObject("/status").put("phase", "Bound");
          object.withObject("/status/capacity").put("storage", asked(claim));
        });
  }

  private void grow(ObjectNode claim) {
    change(claim, object -> object.withObject("/status/capacity").put("storage", asked(claim)));
  }

  private static String asked(ObjectNode claim) {
    return claim.path("spec").path("resources").path("requests").path("storage").asText();
  }

  private void change(ObjectNode claim, java.util.function.Consumer<ObjectNode> edit) {
    var metadata = claim.path("metadata");
    api.change(
        Kind.CLAIM, metadata.path("namespace").asText(), metadata.path("name").asText(), edit);
  }

  private boolean isUsed(ObjectNode claim) {
    var name = claim.path("metadata").path("name").asText();
    return api.lookAll(Kind.POD).stream()
        .anyMatch(pod -> claimOf(pod).filter(name::equals).isPresent());
  }

  /** The claim that a pod mounts. */
  static Optional<String> claimOf(ObjectNode pod) {
    for (JsonNode volume : pod.path("spec").path("volumes")) {
      if (volume.has("persistentVolumeClaim")) {
        return Optional.of(volume.path("persistentVolumeClaim").path("claimName").asText());
      }
    }
    return Optional.empty();
  }

  /** Whether all is there that a pod mounts, so that the kubelet starts its containers. */
  boolean isMountable(ObjectNode pod) {
    var namespace = pod.path("metadata").path("namespace").asText();
    for (JsonNode volume : pod.path("spec").path("volumes")) {
      var config = volume.path("configMap").path("name").asText("");
      if (!config.isEmpty() && api.look(Kind.CONFIG_MAP, namespace, config).isEmpty()) {
        return false;
      }
    }
    var claim = claimOf(pod);
    return claim.isEmpty()
        || api.look(Kind.CLAIM, namespace, claim.get())
            .filter(known -> known.path("status").path("phase").asText().equals("Bound"))
            .isPresent();
  }
}
