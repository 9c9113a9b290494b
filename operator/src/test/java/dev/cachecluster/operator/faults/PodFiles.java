package dev.cachecluster.operator.faults;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cachecluster.operator.mockapi.Kind;
import dev.cachecluster.operator.mockapi.MockApi;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the files of a pod's volumes hold now. */
final class PodFiles {
  private final MockApi api;

  PodFiles(MockApi api) {
    this.api = api;
  }

  Map<String, String> settings(ObjectNode pod) {
    var settings = new LinkedHashMap<String, String>();
    volume(pod, Kind.CONFIG_MAP, "config", "server.conf")
        .lines()
        .filter(line -> !line.startsWith("#"))
        .map(line -> line.split(" ", 2))
        .forEach(words -> settings.put(words[0], words[1].equals("\"\"") ? "" : words[1]));
    return settings;
  }

  String accessList(ObjectNode pod) {
    return volume(pod, Kind.SECRET, "access", "users.acl");
  }

  FakeTls tls(ObjectNode pod) {
    return FakeTls.of(
        volume(pod, Kind.SECRET, "tls", "ca.crt"), volume(pod, Kind.SECRET, "tls", "tls.crt"));
  }

  /** What a server has that is told to read these. */
  Optional<FakeTls> tls(ObjectNode pod, Map<String, String> settings) {
    var trusted = volume(pod, Kind.SECRET, "tls", file(settings.get("tls-ca-cert-file")));
    var server = volume(pod, Kind.SECRET, "tls", file(settings.get("tls-cert-file")));
    var client = volume(pod, Kind.SECRET, "tls", "tls.crt");
    return trusted.isEmpty() || server.isEmpty()
        ? Optional.empty()
        : Optional.of(FakeTls.of(trusted, server, client));
  }

  private static String file(@Nullable String path) {
    return path == null ? "" : path.substring(path.lastIndexOf('/') + 1);
  }

  /**
   * What a file of a pod's volume holds now. A pod whose volume is missing would not have started.
   */
  private String volume(ObjectNode pod, Kind kind, String volume, String file) {
    for (var each : pod.path("spec").path("volumes")) {
      if (each.path("name").asText().equals(volume)) {
        var name =
            kind.equals(Kind.SECRET)
                ? each.at("/secret/secretName").asText()
                : each.at("/configMap/name").asText();
        var object = api.look(kind, pod.path("metadata").path("namespace").asText(), name);
        var value =
            object
                .orElseThrow(() -> new IllegalStateException("no " + kind.name() + " " + name))
                .path("data")
                .path(file)
                .asText();
        return kind.equals(Kind.SECRET)
            ? new String(Base64.getDecoder().decode(value), StandardCharsets.UTF_8)
            : value;
      }
    }
    throw new IllegalStateException("the pod has no volume " + volume);
  }
}
