package dev.cachecluster.operator.desired;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachecluster.api.v1alpha1.CacheClusterSpec;
import dev.cachecluster.api.v1alpha1.ClusterAccessSpec;
import dev.cachecluster.api.v1alpha1.ConfigKeys;
import dev.cachecluster.api.v1alpha1.PersistenceSpec;
import dev.cachecluster.api.v1alpha1.SpecCheck;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/**
 * The server's file, read back as the server reads it: a line is a directive and its arguments, one
 * in double quotes may hold anything. Whatever a spec holds, the file has the directives that are
 * meant and no other, or the spec is refused.
 */
class ServerConfigTest {
  /** What every file must say, whoever wrote the spec. */
  private static final Map<String, String> ALWAYS =
      Map.ofEntries(
          Map.entry("port", "0"),
          Map.entry("tls-port", "6379"),
          Map.entry("tls-auth-clients", "yes"),
          Map.entry("tls-replication", "yes"),
          Map.entry("tls-protocols", "TLSv1.3"),
          Map.entry("aclfile", "/etc/cachecluster/access/users.acl"),
          Map.entry("include", "/etc/cachecluster/access/replication.conf"),
          Map.entry("replicaof", "placeholder.invalid 6379"),
          Map.entry("replica-serve-stale-data", "no"),
          Map.entry("replica-read-only", "yes"),
          Map.entry("save", ""),
          Map.entry("appendonly", "no"),
          Map.entry("min-replicas-max-lag", "3"),
          Map.entry("repl-ping-replica-period", "1"));

  /** As the engines do it: config.c, loadServerConfigFromString, and sds.c, sdssplitargs. */
  private static Map<String, String> parse(String file) {
    var directives = new LinkedHashMap<String, String>();
    for (var line : file.split("\n", -1)) {
      if (line.isBlank() || line.startsWith("#")) {
        continue;
      }
      var words = new ArrayList<>(List.of(line.strip().split("[ \t\r]+", -1)));
      var name = words.removeFirst();
      var value = String.join(" ", words).replaceAll("^\"(.*)\"$", "$1");
      assertThat(directives.put(name, value)).as("%s is given once", name).isNull();
    }
    return directives;
  }

  private static CacheClusterSpec with(Map<String, String> config) {
    var plain = SampleCluster.spec(2);
    return new CacheClusterSpec(
        plain.engine(),
        plain.topology(),
        plain.memory(),
        null,
        config,
        null,
        null,
        ClusterAccessSpec.DEFAULTS,
        null,
        PersistenceSpec.DEFAULTS);
  }

  @Provide
  Arbitrary<CacheClusterSpec> allowed() {
    return Specs.allowed();
  }

  @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
  void theFileSaysWhatTheSpecSaysAndNothingLess(@ForAll("allowed") CacheClusterSpec spec) {
    var file = parse(ServerConfig.render(spec));
    assertThat(file).containsAllEntriesOf(ALWAYS);
    assertThat(file)
        .containsEntry("min-replicas-to-write", spec.topology().replicas() == 0 ? "0" : "1");
    assertThat(file).containsEntry("maxmemory-policy", spec.memory().evictionPolicy().engineName());
    assertThat(file)
        .containsEntry("maxmemory", Long.toString(spec.memory().maxMemoryBytes().orElseThrow()));
    var own = spec.config() == null ? Map.<String, String>of() : spec.config();
    assertThat(file).containsAllEntriesOf(own);
    var plain = parse(ServerConfig.render(with(Map.of()))).keySet();
    assertThat(file.keySet()).allMatch(name -> plain.contains(name) || own.containsKey(name));
  }

  @Provide
  Arbitrary<String> hostileKeys() {
    return Arbitraries.oneOf(
        Arbitraries.of(ALWAYS.keySet()),
        Arbitraries.of(
            "requirepass",
            "masterauth",
            "user",
            "loadmodule",
            "rename-command",
            "dir",
            "tls-ca-cert-file",
            "timeout 0\nport",
            "timeout\t1",
            "#timeout",
            "TIMEOUT"),
        Arbitraries.strings().ofMaxLength(20));
  }

  @Provide
  Arbitrary<String> hostileValues() {
    return Arbitraries.oneOf(
        Arbitraries.of(
            "1\nport 6379",
            "1\r\nuser default on nopass +@all ~*",
            "\"",
            "\\\n",
            "1 # comment",
            "yes\u0000",
            "\"1\" \"2\"",
            "$(id)",
            "${PORT}",
            "../../x",
            "-0",
            "0x10",
            "1e9",
            "\u0661"),
        Arbitraries.of(ConfigKeys.all().keySet()),
        Arbitraries.strings().ofMaxLength(30),
        Arbitraries.integers().between(-10, 100).map(String::valueOf));
  }

  @Provide
  Arbitrary<String> anyKeys() {
    return Arbitraries.oneOf(Arbitraries.of(ConfigKeys.all().keySet()), hostileKeys());
  }

  /**
   * The pair: what the check lets through, the file holds as one directive; all else is refused.
   */
  @Property(tries = 2000, edgeCases = EdgeCasesMode.NONE)
  void whatCouldSayMoreIsRefused(
      @ForAll("anyKeys") String key, @ForAll("hostileValues") String value) {
    var spec = with(Map.of(key, value));
    if (!SpecCheck.check(Specs.cluster(spec)).isEmpty()) {
      return;
    }
    var file = parse(ServerConfig.render(spec));
    assertThat(file).containsAllEntriesOf(ALWAYS).containsEntry(key, value);
    var plain = parse(ServerConfig.render(with(Map.of()))).keySet();
    assertThat(file.keySet()).allMatch(name -> plain.contains(name) || name.equals(key));
  }

  @Property(tries = 1000, edgeCases = EdgeCasesMode.NONE)
  void nobodySetsWhatTheOperatorSets(
      @ForAll("hostileKeys") String key, @ForAll("hostileValues") String value) {
    if (!ConfigKeys.all().containsKey(key)) {
      assertThat(SpecCheck.check(Specs.cluster(with(Map.of(key, value))))).isNotEmpty();
    }
  }

  @Test
  void noSettingThatASpecMayHoldIsOneThatTheFileFixes() {
    assertThat(parse(ServerConfig.render(with(Map.of()))).keySet())
        .doesNotContainAnyElementsOf(ConfigKeys.all().keySet());
  }

  @Test
  void theFileHoldsNoSecret() {
    assertThat(ServerConfig.render(SampleCluster.spec(2)))
        .doesNotContain("masterauth", "requirepass", "user ");
  }
}
