package dev.cachecluster.operator.faults;

import dev.cachecluster.operator.acl.AclChange;
import java.util.LinkedHashMap;

/** What ACL SETUSER and DELUSER do to a server. */
final class FakeAccess {
  private FakeAccess() {}

  /** Who is deleted loses its sessions. */
  static void change(FakeServer server, AclChange change) {
    var lines = new LinkedHashMap<String, String>();
    server.accessList.lines().forEach(line -> lines.put(line.split(" ", 3)[1], line));
    for (var step : change.steps()) {
      switch (step) {
        case AclChange.Step.Set(var user, var rules) ->
            lines.put(
                user, "user " + user + " " + String.join(" ", rules.subList(1, rules.size())));
        case AclChange.Step.Delete(var user) -> {
          lines.remove(user);
          server.sessions.remove(user);
        }
      }
    }
    server.accessList = String.join("\n", lines.values());
  }
}
