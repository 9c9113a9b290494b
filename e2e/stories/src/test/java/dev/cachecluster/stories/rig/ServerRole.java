package dev.cachecluster.stories.rig;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.dsl.PodResource;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The answer to ROLE: {@code master} with its offset, or {@code slave} with its primary, state and
 * offset.
 */
public record ServerRole(List<String> lines) {
  private static final int SECONDS = 10;
  private static final String TLS = "/etc/cachecluster/tls/";

  static ServerRole ask(PodResource pod) {
    var lines = answer(pod, "ROLE");
    assertThat(lines).as("lines of ROLE").hasSizeGreaterThanOrEqualTo(2);
    return new ServerRole(lines);
  }

  /** What a server says, asked as the kubelet's probes ask; without numbers of lines and quotes. */
  static List<String> answer(PodResource pod, String question) {
    var out = new ByteArrayOutputStream();
    var errors = new ByteArrayOutputStream();
    try (var exec =
        pod.inContainer("server")
            .writingOutput(out)
            .writingError(errors)
            .exec(
                "valkey-cli",
                "--no-raw",
                "-e",
                "--tls",
                "--cacert",
                TLS + "ca.crt",
                "--cert",
                TLS + "tls.crt",
                "--key",
                TLS + "tls.key",
                "-p",
                "6379",
                "--user",
                "_probe",
                "--pass",
                "none",
                "--no-auth-warning",
                question)) {
      assertThat(exec.exitCode().get(SECONDS, TimeUnit.SECONDS))
          .as("exit code of " + question + ": " + errors)
          .isZero();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } catch (Exception e) {
      throw new AssertionError(question + " could not be asked: " + e, e);
    }
    return out.toString(StandardCharsets.UTF_8)
        .lines()
        .map(
            line -> line.strip().replaceFirst("^\\d+\\) ", "").replaceAll("^\\(integer\\) |\"", ""))
        .toList();
  }

  public boolean isPrimary() {
    return lines.getFirst().equals("master");
  }

  /** How far this server is in the history. */
  public long offset() {
    return Long.parseLong(isPrimary() ? lines.get(1) : lines.get(4));
  }
}
