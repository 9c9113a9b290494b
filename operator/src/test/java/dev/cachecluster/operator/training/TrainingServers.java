package dev.cachecluster.operator.training;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cachecluster.operator.acl.Secret;
import dev.cachecluster.operator.engine.TestTls;
import dev.cachecluster.operator.mockapi.Kind;
import dev.cachecluster.operator.mockapi.MockApi;
import dev.cachecluster.operator.mockapi.PodProcesses;
import dev.cachecluster.operator.pki.KeyPairPem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** What runs in the pods of the training: servers that start with the files of their volumes. */
final class TrainingServers implements PodProcesses {
  private static final int PORT = 6379;

  private final MockApi api;
  private final Map<String, TrainingServer> running = new ConcurrentHashMap<>();

  TrainingServers(MockApi api) {
    this.api = api;
  }

  @Override
  public void start(ObjectNode pod) {
    var files = files(pod);
    var settings = new HashMap<String, String>();
    file(files, "server.conf")
        .lines()
        .map(line -> line.split(" ", 2))
        .filter(words -> words.length == 2)
        .forEach(words -> settings.put(words[0], words[1].replace("\"", "")));
    try {
      var tls =
          TestTls.context(
              file(files, "ca.crt"),
              new KeyPairPem(file(files, "tls.crt"), Secret.of(file(files, "tls.key"))));
      running.put(
          uid(pod),
          new TrainingServer(
              tls,
              InetAddress.ofLiteral(pod.path("status").path("podIP").asText()),
              PORT,
              settings,
              file(files, "users.acl").lines().filter(line -> !line.isBlank()).toList(),
              this::info));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Map<String, String> files(ObjectNode pod) {
    var namespace = pod.path("metadata").path("namespace").asText();
    var files = new HashMap<String, String>();
    for (var volume : pod.path("spec").path("volumes")) {
      api.look(Kind.SECRET, namespace, volume.path("secret").path("secretName").asText())
          .ifPresent(
              secret ->
                  secret
                      .path("data")
                      .properties()
                      .forEach(
                          entry -> files.put(entry.getKey(), decoded(entry.getValue().asText()))));
      api.look(Kind.CONFIG_MAP, namespace, volume.path("configMap").path("name").asText())
          .ifPresent(
              map ->
                  map.path("data")
                      .properties()
                      .forEach(entry -> files.put(entry.getKey(), entry.getValue().asText())));
    }
    return files;
  }

  private static String decoded(String base64) {
    return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
  }

  private static String file(Map<String, String> files, String name) {
    var text = files.get(name);
    if (text == null) {
      throw new IllegalStateException("no volume has " + name + ", only " + files.keySet());
    }
    return text;
  }

  private String info(TrainingServer server) {
    var replicas =
        running.values().stream().filter(other -> other.leader().equals(server.ip())).toList();
    boolean up = running.values().stream().anyMatch(other -> other.ip().equals(server.leader()));
    var lines = new StringBuilder();
    var fields =
        List.of(
            "run_id:" + number("b", server.ip()),
            "redis_version:7.2.4",
            "valkey_version:8.1.1",
            "uptime_in_seconds:10",
            "used_memory:1000000",
            "loading:0",
            "rdb_last_bgsave_status:ok",
            "aof_last_write_status:ok",
            "sync_full:2",
            "sync_partial_ok:0",
            "master_replid:" + number("a", up ? server.leader() : server.ip()),
            "master_repl_offset:0",
            "master_replid2:" + "0".repeat(40),
            "second_repl_offset:-1");
    fields.forEach(field -> lines.append(field).append("\r\n"));
    if (server.leader().isEmpty()) {
      lines.append("role:master\r\nconnected_slaves:").append(replicas.size()).append("\r\n");
      for (int i = 0; i < replicas.size(); i++) {
        lines
            .append("slave%d:ip=%s,port=%d,".formatted(i, replicas.get(i).ip(), PORT))
            .append("state=online,offset=0,lag=0\r\n");
      }
    } else {
      lines
          .append("role:slave\r\nmaster_host:%s\r\n".formatted(server.leader()))
          .append("master_port:%d\r\nmaster_link_status:%s\r\n".formatted(PORT, up ? "up" : "down"))
          .append("master_last_io_seconds_ago:0\r\nmaster_sync_in_progress:0\r\n")
          .append("slave_repl_offset:0\r\n");
    }
    return lines.toString();
  }

  /** Forty hexadecimal digits that are nobody else's. */
  private static String number(String kind, String ip) {
    var last = ip.substring(ip.lastIndexOf('.') + 1);
    return kind.repeat(40 - last.length()) + last;
  }

  private static String uid(ObjectNode pod) {
    return pod.path("metadata").path("uid").asText();
  }

  @Override
  public boolean runs(String podUid) {
    return running.containsKey(podUid);
  }

  @Override
  public boolean ready(String podUid) {
    return running.containsKey(podUid);
  }

  @Override
  public void end(String podUid) {
    var server = running.remove(podUid);
    if (server != null) {
      try {
        server.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  @Override
  public void refresh(ObjectNode pod) {}

  @Override
  public void retain(Set<String> podUids) {
    running.keySet().stream().filter(uid -> !podUids.contains(uid)).toList().forEach(this::end);
  }
}
