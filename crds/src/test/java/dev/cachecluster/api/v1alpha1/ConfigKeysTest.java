package dev.cachecluster.api.v1alpha1;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachecluster.api.v1alpha1.ConfigKeys.EventFlags;
import dev.cachecluster.api.v1alpha1.ConfigKeys.WholeNumber;
import dev.cachecluster.api.v1alpha1.ConfigKeys.YesOrNo;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigKeysTest {
  /** Every one of these would open a port, run code, move data or change who leads. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "include",
        "loadmodule",
        "aclfile",
        "dir",
        "dbfilename",
        "replicaof",
        "rename-command",
        "enable-debug-command",
        "enable-module-command",
        "port",
        "tls-port",
        "tls-ca-cert-file",
        "tls-auth-clients",
        "unixsocket",
        "save",
        "maxmemory",
        "maxmemory-policy",
        "requirepass",
        "masterauth",
        "min-replicas-to-write",
        "bind",
        "protected-mode",
        "logfile",
        "user",
        "",
        "timeout ",
        " timeout",
        "TIMEOUT",
        "timeout\n"
      })
  void settingOutsideTheListIsRefused(String key) {
    assertThat(ConfigKeys.problem(key, "1"))
        .hasValueSatisfying(
            message ->
                assertThat(message)
                    .startsWith("spec.config")
                    .contains("remove it")
                    .hasLineCount(1));
  }

  @ParameterizedTest
  @MethodSource("keys")
  void valuesAtTheBoundsAreAllowedAndThoseBeyondAreNot(String key) {
    switch (ConfigKeys.all().get(key)) {
      case WholeNumber(long min, long max) -> {
        assertAllowed(key, Long.toString(min), Long.toString(max));
        assertRefused(key, Long.toString(min - 1), Long.toString(max + 1));
        assertRefused(key, "", "x", "1.0", "+1", "01", " 1", "1\n", "-0", "9".repeat(30));
      }
      case YesOrNo() -> {
        assertAllowed(key, "yes", "no");
        assertRefused(key, "", "YES", "true", "1", "yes\n");
      }
      case EventFlags() -> {
        assertAllowed(key, "", "AKE", "K$xe");
        assertRefused(key, "Q", "K E", "K\n", "K\"", "K".repeat(17));
      }
      case null -> throw new AssertionError(key + " has no rule");
    }
  }

  /** The CRD's rules are made of the table; this sees to it that none was lost on the way. */
  @ParameterizedTest
  @MethodSource("keys")
  void everySettingStandsInTheCrd(String key) throws IOException {
    String says = " must be " + Objects.requireNonNull(ConfigKeys.all().get(key)).describe();
    assertThat(Files.readAllLines(CrdKind.CACHE_CLUSTER.committed))
        .anySatisfy(line -> assertThat(line).contains("'" + key + "'", says));
  }

  private static void assertAllowed(String key, String... values) {
    for (String value : values) {
      assertThat(ConfigKeys.problem(key, value)).as(key + "=" + value).isEmpty();
    }
  }

  private static void assertRefused(String key, String... values) {
    for (String value : values) {
      assertThat(ConfigKeys.problem(key, value))
          .as(key + "=" + value)
          .hasValueSatisfying(m -> assertThat(m).startsWith("spec.config: " + key + " must be "));
    }
  }

  static Set<String> keys() {
    return ConfigKeys.all().keySet();
  }
}
