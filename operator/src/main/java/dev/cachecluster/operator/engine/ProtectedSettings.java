package dev.cachecluster.operator.engine;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Settings that no CONFIG SET of ours may name: they would open a port, change who is let in, or
 * write files somewhere else. The server's access list can only grant CONFIG SET as a whole, so
 * this is where it is narrowed.
 */
final class ProtectedSettings {
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,63}");
  private static final Set<String> REFUSED =
      Set.of(
          "aclfile",
          "acl-pubsub-default",
          "appenddirname",
          "appendfilename",
          "bind",
          "bind-source-addr",
          "cluster-enabled",
          "dbfilename",
          "dir",
          "enable-debug-command",
          "enable-module-command",
          "enable-protected-configs",
          "loadmodule",
          "logfile",
          "pidfile",
          "port",
          "protected-mode",
          "rename-command",
          "requirepass",
          "sanitize-dump-payload",
          "supervised",
          "tls-auth-clients",
          "tls-ciphers",
          "tls-ciphersuites",
          "tls-cluster",
          "tls-port",
          "tls-protocols",
          "tls-replication",
          "unixsocket",
          "unixsocketperm");

  private ProtectedSettings() {}

  /** Why these settings are not sent; empty if they may be. */
  static Optional<String> refusal(Map<String, String> settings) {
    return settings.keySet().stream()
        .sorted()
        .filter(name -> !NAME.matcher(name).matches() || REFUSED.contains(name))
        .findFirst()
        .map(
            name ->
                "setting "
                    + Messages.brief(name)
                    + " may not be changed on a running server; it belongs in its file");
  }

  /** Whether the name is one setting and not a pattern for many. */
  static boolean isName(String name) {
    return NAME.matcher(name).matches();
  }
}
