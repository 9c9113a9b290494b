package dev.cachecluster.operator.desired;

import dev.cachecluster.operator.acl.SystemUsers;
import io.fabric8.kubernetes.api.model.ExecActionBuilder;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.ProbeBuilder;

/** How the kubelet asks a server whether it serves, and whether it lives. */
final class Probes {
  private Probes() {}

  /**
   * DBSIZE answers MASTERDOWN while the placeholder is set or the primary is out of reach, so a
   * container that restarted in place is out of the Services at once. So does PING; but a primary
   * whose disk is full answers MISCONF to PING (server.c, processCommand), and it has to go on
   * being read.
   */
  static Probe readiness(ServerPrograms programs) {
    return probe(programs, "DBSIZE", 2, 2);
  }

  /** ROLE answers in every state. Only a server that answers nothing for two minutes is ended. */
  static Probe liveness(ServerPrograms programs) {
    return probe(programs, "ROLE", 20, 6);
  }

  /** Asks the server as the probe user, who has no password and may do nothing else. */
  private static Probe probe(ServerPrograms programs, String question, int period, int failures) {
    return new ProbeBuilder()
        .withExec(
            new ExecActionBuilder()
                .withCommand(
                    programs.cli(),
                    "-e",
                    "--tls",
                    "--cacert",
                    ServerConfig.TLS_DIR + "/ca.crt",
                    "--cert",
                    ServerConfig.TLS_DIR + "/tls.crt",
                    "--key",
                    ServerConfig.TLS_DIR + "/tls.key",
                    "-p",
                    Integer.toString(Names.PORT),
                    "--user",
                    SystemUsers.PROBE,
                    "--pass",
                    "none",
                    "--no-auth-warning",
                    question)
                .build())
        .withPeriodSeconds(period)
        .withTimeoutSeconds(5)
        .withFailureThreshold(failures)
        .withSuccessThreshold(1)
        .build();
  }
}
