package dev.cachecluster.operator.mockapi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cachecluster.operator.probe.Finding;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What becomes of a pod of the probe: in one round it starts, in the next it ends and leaves its
 * verdict behind. That the program itself does so is proved with sockets, elsewhere.
 */
final class ProbeRun {
  private static final Pattern TARGET = Pattern.compile("--(may|may-not)=([^=]+)=.*");

  private ProbeRun() {}

  static boolean isOne(ObjectNode pod) {
    return pod.path("metadata").path("labels").has("cachecluster.dev/probe");
  }

  static void step(ObjectNode pod, boolean policiesHold) {
    var status = pod.withObject("/status");
    switch (status.path("phase").asText("Pending")) {
      case "Running" -> {
        status.put("phase", "Succeeded");
        status
            .putArray("containerStatuses")
            .addObject()
            .put("name", "probe")
            .put("restartCount", 0)
            .putObject("state")
            .putObject("terminated")
            .put("exitCode", 0)
            .put("reason", "Completed")
            .put("message", Finding.tell(findings(pod, policiesHold)));
      }
      case "Succeeded", "Failed" -> {}
      default -> status.put("phase", "Running");
    }
  }

  private static List<Finding> findings(ObjectNode pod, boolean policiesHold) {
    var findings = new ArrayList<Finding>();
    for (var argument : pod.path("spec").path("containers").path(0).path("args")) {
      var target = TARGET.matcher(argument.asText());
      if (target.matches()) {
        boolean allowed = target.group(1).equals("may");
        boolean reached = allowed || !policiesHold;
        findings.add(new Finding(allowed, target.group(2), reached, reached ? "" : "no answer"));
      }
    }
    return findings;
  }
}
