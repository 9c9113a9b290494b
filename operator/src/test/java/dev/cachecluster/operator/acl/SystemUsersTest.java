package dev.cachecluster.operator.acl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cachecluster.operator.acl.AclUser.Credentials;
import dev.cachecluster.operator.engine.Engine;
import dev.cachecluster.operator.engine.RespClient;
import java.io.IOException;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The system's users by the words that they need and the words that they must not have. */
class SystemUsersTest {
  private static final String INTERIM = "app";

  /** Whether the server would let the user run the words, by its own judgement. */
  private static boolean allows(RespClient root, String user, String words) throws IOException {
    String[] question =
        Stream.concat(Stream.of("ACL", "DRYRUN", user), Stream.of(words.split(" ", -1)))
            .toArray(String[]::new);
    return "OK".equals(root.call(question));
  }

  private static void assertTable(Engine engine, String user, String allowed, String denied)
      throws Exception {
    AclUser interim = SystemUsers.application(INTERIM, TenantLab.PASSWORD);
    try (TenantLab lab = new TenantLab(engine, interim, TenantLab.exporter())) {
      SoftAssertions softly = new SoftAssertions();
      for (String words : TenantLab.commands(allowed)) {
        softly.assertThat(allows(lab.root, user, words)).as("%s may %s", user, words).isTrue();
      }
      for (String words : TenantLab.commands(denied)) {
        softly.assertThat(allows(lab.root, user, words)).as("%s may %s", user, words).isFalse();
      }
      softly.assertAll();
    }
  }

  @ParameterizedTest
  @EnumSource
  void theOperatorMayDoWhatItsPortNeedsAndNothingThatDestroys(Engine engine) throws Exception {
    assertTable(
        engine,
        SystemUsers.OPERATOR,
        """
        INFO server replication; ROLE; PING; REPLICAOF NO ONE; CONFIG GET save
        CONFIG SET maxmemory 1mb; ACL LIST; ACL LOAD; ACL WHOAMI; ACL GETUSER app
        ACL SETUSER app on; ACL DELUSER app; CLIENT PAUSE 100 WRITE; CLIENT UNPAUSE
        CLIENT KILL TYPE normal; CLIENT LIST; CLIENT NO-EVICT ON; HELLO 3; AUTH user password
        FUNCTION LOAD x; FCALL_RO f 0
        """,
        """
        FLUSHALL; FLUSHDB; DEBUG SLEEP 1; CLUSTER RESET; SHUTDOWN NOSAVE; SAVE; BGSAVE; FAILOVER
        GET k; SET k v; DEL k; SCAN 0; KEYS *; RANDOMKEY; DBSIZE; EVAL return 0; FCALL f 0
        FUNCTION FLUSH; FUNCTION DELETE x; FUNCTION RESTORE x; FUNCTION DUMP
        MODULE LIST; MONITOR; SLOWLOG GET; PSYNC ? -1; SUBSCRIBE c; ACL SAVE; ACL LOG
        CONFIG REWRITE; CONFIG RESETSTAT; SWAPDB 0 1; MIGRATE h 1 k 0 1; SELECT 1
        """);
  }

  @ParameterizedTest
  @EnumSource
  void aReplicaMayReplicateAndNothingElse(Engine engine) throws Exception {
    assertTable(
        engine,
        SystemUsers.REPLICATION,
        "PING; PSYNC ? -1; REPLCONF ack 1",
        "INFO; GET k; SET k v; SCAN 0; CONFIG GET save; ACL LIST; CLIENT LIST; FLUSHALL; EVAL x 0");
  }

  @ParameterizedTest
  @EnumSource
  void aProbeMayAskForLifeAndRoleAndNothingElse(Engine engine) throws Exception {
    assertTable(
        engine,
        SystemUsers.PROBE,
        "PING; ROLE; DBSIZE",
        "INFO; GET k; SET k v; SCAN 0; CONFIG GET save; ACL LIST; CLIENT LIST; CLIENT ID; PSYNC ? -1");
  }

  @ParameterizedTest
  @EnumSource
  void theExporterMayReadFiguresAndNeitherValuesNorSettingsNorKeys(Engine engine) throws Exception {
    assertTable(
        engine,
        TenantLab.exporter().name(),
        "PING; INFO ALL; CLIENT SETNAME redis_exporter; SLOWLOG LEN; LATENCY LATEST; LATENCY HISTOGRAM",
        """
        CONFIG GET *; CONFIG GET maxmemory; SLOWLOG GET 1; SLOWLOG RESET; CLIENT LIST; GET k; SCAN 0
        TYPE k; MEMORY USAGE k; EVAL x 0; SELECT 1; CLUSTER INFO; ACL LIST; LATENCY RESET; DBSIZE
        """);
  }

  /** What redis_exporter 1.x says in a scrape, in its order; a refusal costs it one figure. */
  @ParameterizedTest
  @EnumSource
  void aScrapeOfTheExporterGoesThrough(Engine engine) throws Exception {
    try (TenantLab lab = new TenantLab(engine, TenantLab.exporter())) {
      RespClient exporter = lab.session(TenantLab.exporter());
      assertThat(exporter.call("PING")).isEqualTo("PONG");
      assertThat(exporter.call("CLIENT", "SETNAME", "redis_exporter")).isEqualTo("OK");
      assertThat((String) exporter.call("INFO", "ALL")).contains("cmdstat_ping", "used_memory");
      assertThat(exporter.call("LATENCY", "LATEST")).isEqualTo(List.of());
      assertThat(exporter.call("LATENCY", "HISTOGRAM")).isInstanceOf(List.class);
      assertThat(exporter.call("SLOWLOG", "LEN")).isInstanceOf(Long.class);
      assertThatThrownBy(() -> exporter.call("CONFIG", "GET", "*"))
          .hasMessageStartingWith("NOPERM");
      assertThatThrownBy(() -> exporter.call("SLOWLOG", "GET", "1"))
          .hasMessageStartingWith("NOPERM");
    }
  }

  @ParameterizedTest
  @EnumSource
  void theInterimApplicationWorksOnDataButReachesNoOtherDatabaseAndNoAdministration(Engine engine)
      throws Exception {
    assertTable(
        engine,
        INTERIM,
        """
        GET k; SET k v EX 1; MGET a b; DEL k; UNLINK k; EXPIRE k 1; HSET h f v; LPUSH l v; SADD s v
        ZADD z 1 v; XADD x * f v; PFADD p v; GEOADD g 1 1 v; SETBIT b 1 1; MULTI; EXEC; WATCH k
        EVAL x 0; FCALL f 0; SCRIPT LOAD x; PUBLISH c m; SUBSCRIBE c; PING; INFO; CLIENT SETNAME n
        CLIENT TRACKING ON; SCAN 0
        """,
        """
        FLUSHALL; FLUSHDB; KEYS *; SELECT 1; SWAPDB 0 1; MOVE k 1; COPY a b; CONFIG GET save
        CONFIG SET maxmemory 1; ACL LIST; CLIENT LIST; CLIENT KILL TYPE normal; CLIENT PAUSE 1
        REPLICAOF NO ONE; DEBUG SLEEP 1; SHUTDOWN; SAVE; MONITOR; FUNCTION LOAD x; SCRIPT FLUSH
        MIGRATE h 1 k 0 1; MODULE LIST; SLOWLOG GET; FAILOVER; PSYNC ? -1
        """);
  }

  @Test
  void ofTheDangerousCommandsTheInterimApplicationHasInfoOnly() {
    AclUser interim = SystemUsers.application(INTERIM, TenantLab.PASSWORD);
    TreeSet<String> open = new TreeSet<>(CommandRules.of(interim.commands()).names());
    open.retainAll(CommandRules.of(List.of("+@dangerous", "+@admin")).names());
    assertThat(open).containsExactly("info");
  }

  @Test
  void anApplicationCannotTakeAnOperatorsName() {
    assertThatThrownBy(() -> SystemUsers.application("_operator", TenantLab.PASSWORD))
        .hasMessageContaining("belong to the operator");
    assertThatThrownBy(() -> SystemUsers.application("default", TenantLab.PASSWORD))
        .hasMessageContaining("always off");
  }

  @Test
  void theListOfSystemUsersIsComplete() {
    assertThat(
            Stream.of(
                    SystemUsers.operator(TenantLab.PASSWORD),
                    SystemUsers.replication(TenantLab.PASSWORD),
                    SystemUsers.probe())
                .map(AclUser::name))
        .containsExactlyInAnyOrderElementsOf(SystemUsers.NAMES);
    assertThat(SystemUsers.probe().credentials()).isEqualTo(new Credentials.CertificateOnly());
  }
}
