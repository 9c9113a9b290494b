package dev.cachecluster.operator.desired;

import dev.cachecluster.api.v1alpha1.CacheClusterSpec;
import dev.cachecluster.api.v1alpha1.EngineType;
import dev.cachecluster.operator.acl.Secret;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Renders the server's file, and says which of its settings are changed on a running server.
 *
 * <p>The file is written so that a server which starts from it can neither serve nor wipe anybody:
 * it is a replica of a placeholder that never answers, and refuses reads until the operator gave it
 * a primary.
 */
public final class ServerConfig {
  /** A name below {@code .invalid} never resolves (RFC 6761, section 6.4). */
  public static final String PLACEHOLDER_HOST = "placeholder.invalid";

  /** Seconds after which a replica counts as away for the fence. */
  public static final int FENCE_LAG_SECONDS = 3;

  /** The name under which a member announces itself: nobody but its own process says it. */
  public static final String ANNOUNCED = "replica-announce-ip";

  public static final String FENCE = "min-replicas-to-write";

  static final String CONFIG_DIR = "/etc/cachecluster/config";
  static final String ACCESS_DIR = "/etc/cachecluster/access";
  public static final String TLS_DIR = "/etc/cachecluster/tls";
  static final String FILE = "server.conf";
  static final String ACL_FILE = "users.acl";
  static final String PRIMARY_PASSWORD = "masterauth ";
  public static final String REPLICATION_FILE = "replication.conf";

  private ServerConfig() {}

  /** The settings of the spec that a running server takes over, with their values. */
  public static Map<String, String> live(CacheClusterSpec spec) {
    var settings = new TreeMap<String, String>();
    var own = spec.config();
    if (own != null) {
      settings.putAll(own);
    }
    var memory = MemoryBudget.of(spec);
    settings.put("maxmemory", Long.toString(memory.maxMemoryBytes()));
    settings.put("maxmemory-policy", spec.memory().evictionPolicy().engineName());
    settings.put("repl-backlog-size", Long.toString(memory.backlogBytes()));
    return settings;
  }

  /** The fence that a planned, healthy shard keeps: no writes without one replica that is near. */
  public static int fence(int replicas) {
    return replicas == 0 ? 0 : 1;
  }

  /** The password in the file of that name. */
  public static Optional<Secret> replicationPassword(String file) {
    return file.lines()
        .filter(line -> line.startsWith(PRIMARY_PASSWORD))
        .map(line -> line.substring(PRIMARY_PASSWORD.length()))
        .filter(text -> !text.isBlank())
        .findFirst()
        .map(Secret::of);
  }

  static String render(CacheClusterSpec spec) {
    var lines = new LinkedHashMap<String, String>();
    lines.put("port", "0");
    lines.put("tls-port", Integer.toString(Names.PORT));
    lines.put("bind", "*");
    lines.put("tls-cert-file", TLS_DIR + "/tls.crt");
    lines.put("tls-key-file", TLS_DIR + "/tls.key");
    lines.put("tls-ca-cert-file", TLS_DIR + "/ca.crt");
    lines.put("tls-auth-clients", "yes");
    lines.put("tls-replication", "yes");
    lines.put("tls-protocols", "TLSv1.3");
    lines.put("aclfile", ACCESS_DIR + "/" + ACL_FILE);
    lines.put("include", ACCESS_DIR + "/" + REPLICATION_FILE);
    // A member never picks its own role: only the operator replaces the placeholder.
    lines.put("replicaof", PLACEHOLDER_HOST + " " + Names.PORT);
    lines.put("replica-serve-stale-data", "no");
    lines.put("replica-read-only", "yes");
    lines.put(FENCE, Integer.toString(fence(spec.topology().replicas())));
    lines.put("min-replicas-max-lag", Integer.toString(FENCE_LAG_SECONDS));
    // The fence counts acknowledgements, which follow the pings: one a second, or it would flap.
    lines.put("repl-ping-replica-period", "1");
    // A backlog that was given up would have the next replica rename the history.
    lines.put("repl-backlog-ttl", "0");
    lines.put("repl-timeout", "20");
    lines.put("repl-diskless-sync", "yes");
    lines.put("repl-diskless-sync-delay", "0");
    lines.put("repl-diskless-load", "swapdb");
    lines.putAll(Persistence.settings(spec.persistence().mode()));
    lines.put("crash-log-enabled", "no");
    lines.put("dir", "/data");
    // A primary that is told to stop waits for its replicas to have everything it acknowledged.
    lines.put("shutdown-timeout", "10");
    lines.put("daemonize", "no");
    lines.put("logfile", "\"\"");
    lines.putAll(live(spec));
    return lines.entrySet().stream()
        .map(line -> line.getKey() + " " + quoted(line.getValue()))
        .collect(Collectors.joining("\n", header(spec.engine().type()), "\n"));
  }

  private static String header(EngineType type) {
    return "# Made by the CacheCluster operator for "
        + ServerPrograms.of(type).server()
        + ". Changes are undone.\n";
  }

  private static String quoted(String value) {
    return value.isEmpty() ? "\"\"" : value;
  }
}
