package dev.cachecluster.operator.faults;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cachecluster.api.v1alpha1.CacheCluster;
import dev.cachecluster.operator.mockapi.Kind;
import dev.cachecluster.operator.mockapi.MockApi;

/** What the status of the cluster of a world says, and how far a world is. */
final class Told {
  private Told() {}

  /** A field of a condition; nothing if the condition is not told. */
  static String condition(MockApi api, String type, String field) {
    for (var each :
        api.look(Kind.CACHE_CLUSTER, World.NAMESPACE, World.NAME)
            .orElseThrow()
            .path("status")
            .path("conditions")) {
      if (each.path("type").asText().equals(type)) {
        return each.path(field).asText();
      }
    }
    return "";
  }

  /** Whether there are pods that look at the network. */
  static boolean isBeingProbed(MockApi api) {
    return api.lookAll(Kind.POD).stream()
        .anyMatch(pod -> pod.path("metadata").path("name").asText().contains("-probe-"));
  }

  /** Whether the authority is the one that was asked for, and nobody trusts another. */
  static boolean isRotated(JsonNode cluster) {
    var status = cluster.path("status");
    var asked = cluster.path("metadata").path("annotations").path(CacheCluster.ROTATE).asText();
    return status.at("/tls/authority/phase").asText().equals("Steady")
        && status.at("/lastHandled/rotate").asText().equals(asked);
  }
}
