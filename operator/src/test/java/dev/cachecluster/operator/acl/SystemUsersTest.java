package dev.cachecluster.operator.acl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cachecluster.operator.engine.Engine;
import dev.cachecluster.operator.engine.EngineLab;
import dev.cachecluster.operator.engine.EngineProcess;
import dev.cachecluster.operator.engine.RespClient;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SystemUsersTest {
  private static final Secret ROOT = Secret.of("root-of-the-test");

  /** The predefined users, and one that may ask the server about all of them. */
  private static EngineProcess start(EngineLab lab) throws IOException {
    String root =
        "user root on #" + ROOT.sha256Hex() + " resetkeys resetchannels -@all +acl +command\n";
    return lab.start("m-0", AclFile.render(lab.users()) + root);
  }

  /** Whether the server would let the user run the words, by its own judgement. */
  private static boolean allows(RespClient root, String user, String... words) throws IOException {
    String[] question =
        Stream.concat(Stream.of("ACL", "DRYRUN", user), Stream.of(words)).toArray(String[]::new);
    return "OK".equals(root.call(question));
  }

  private static void assertTable(
      Engine engine, String user, List<String> allowed, List<String> denied) throws Exception {
    try (EngineLab lab = new EngineLab(engine)) {
      RespClient root = lab.session(start(lab), "root", ROOT);
      SoftAssertions softly = new SoftAssertions();
      for (String words : allowed) {
        softly
            .assertThat(allows(root, user, words.split(" ", -1)))
            .as("%s may %s", user, words)
            .isTrue();
      }
      for (String words : denied) {
        softly
            .assertThat(allows(root, user, words.split(" ", -1)))
            .as("%s may %s", user, words)
            .isFalse();
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
        List.of(
            "INFO server replication",
            "ROLE",
            "PING",
            "REPLICAOF NO ONE",
            "CONFIG GET save",
            "CONFIG SET maxmemory 1mb",
            "ACL LIST",
            "ACL LOAD",
            "ACL WHOAMI",
            "ACL GETUSER app",
            "CLIENT PAUSE 100 WRITE",
            "CLIENT UNPAUSE",
            "CLIENT KILL TYPE normal",
            "CLIENT LIST",
            "CLIENT NO-EVICT ON",
            "HELLO 3",
            "AUTH user password"),
        List.of(
            "FLUSHALL",
            "FLUSHDB",
            "DEBUG SLEEP 1",
            "CLUSTER RESET",
            "SHUTDOWN NOSAVE",
            "SAVE",
            "BGSAVE",
            "FAILOVER",
            "GET k",
            "SET k v",
            "DEL k",
            "SCAN 0",
            "KEYS *",
            "RANDOMKEY",
            "DBSIZE",
            "EVAL return 0",
            "FUNCTION LOAD x",
            "MODULE LIST",
            "MONITOR",
            "SLOWLOG GET",
            "PSYNC ? -1",
            "SUBSCRIBE c",
            "ACL SETUSER app on",
            "ACL DELUSER app",
            "ACL SAVE",
            "CONFIG REWRITE",
            "CONFIG RESETSTAT",
            "SWAPDB 0 1",
            "MIGRATE h 1 k 0 1",
            "SELECT 1"));
  }

  @ParameterizedTest
  @EnumSource
  void aReplicaMayReplicateAndNothingElse(Engine engine) throws Exception {
    assertTable(
        engine,
        SystemUsers.REPLICATION,
        List.of("PING", "PSYNC ? -1", "REPLCONF ack 1"),
        List.of(
            "INFO",
            "GET k",
            "SET k v",
            "SCAN 0",
            "CONFIG GET save",
            "ACL LIST",
            "CLIENT LIST",
            "FLUSHALL",
            "EVAL x 0"));
  }

  @ParameterizedTest
  @EnumSource
  void aProbeMayAskForLifeAndRoleAndNothingElse(Engine engine) throws Exception {
    assertTable(
        engine,
        SystemUsers.PROBE,
        List.of("PING", "ROLE"),
        List.of(
            "INFO",
            "GET k",
            "SET k v",
            "SCAN 0",
            "CONFIG GET save",
            "ACL LIST",
            "CLIENT LIST",
            "CLIENT ID",
            "PSYNC ? -1"));
  }

  @ParameterizedTest
  @EnumSource
  void anApplicationMayWorkOnDataButReachesNoOtherDatabaseAndNoAdministration(Engine engine)
      throws Exception {
    assertTable(
        engine,
        EngineLab.APPLICATION,
        List.of(
            "GET k",
            "SET k v EX 1",
            "MGET a b",
            "DEL k",
            "UNLINK k",
            "EXPIRE k 1",
            "HSET h f v",
            "LPUSH l v",
            "SADD s v",
            "ZADD z 1 v",
            "XADD x * f v",
            "PFADD p v",
            "GEOADD g 1 1 v",
            "SETBIT b 1 1",
            "MULTI",
            "EXEC",
            "WATCH k",
            "EVAL x 0",
            "FCALL f 0",
            "SCRIPT LOAD x",
            "PUBLISH c m",
            "SUBSCRIBE c",
            "PING",
            "INFO",
            "CLIENT SETNAME n",
            "CLIENT TRACKING ON",
            "SCAN 0"),
        List.of(
            "FLUSHALL",
            "FLUSHDB",
            "KEYS *",
            "SELECT 1",
            "SWAPDB 0 1",
            "MOVE k 1",
            "COPY a b",
            "CONFIG GET save",
            "CONFIG SET maxmemory 1",
            "ACL LIST",
            "CLIENT LIST",
            "CLIENT KILL TYPE normal",
            "CLIENT PAUSE 1",
            "REPLICAOF NO ONE",
            "DEBUG SLEEP 1",
            "SHUTDOWN",
            "SAVE",
            "MONITOR",
            "FUNCTION LOAD x",
            "SCRIPT FLUSH",
            "MIGRATE h 1 k 0 1",
            "MODULE LIST",
            "SLOWLOG GET",
            "FAILOVER",
            "PSYNC ? -1"));
  }

  @ParameterizedTest
  @EnumSource
  void noDangerousOrAdministrativeCommandOfTheServerIsOpenToAnApplicationButInfo(Engine engine)
      throws Exception {
    try (EngineLab lab = new EngineLab(engine)) {
      RespClient root = lab.session(start(lab), "root", ROOT);
      TreeSet<String> commands = new TreeSet<>();
      for (String category : List.of("dangerous", "admin")) {
        List<?> names = (List<?>) Objects.requireNonNull(root.call("ACL", "CAT", category));
        names.forEach(name -> commands.add((String) name));
      }
      assertThat(commands).hasSizeGreaterThan(50);

      TreeSet<String> open = new TreeSet<>();
      for (String command : commands) {
        if (isOpen(root, command)) {
          open.add(command);
        }
      }

      assertThat(open).containsExactly("info");
    }
  }

  /** A wrong number of words is judged only for a user who may run the command at all. */
  private static boolean isOpen(RespClient root, String command) throws IOException {
    for (int words = 0; words < 8; words++) {
      String question = command.replace('|', ' ') + " 1".repeat(words);
      try {
        return allows(root, EngineLab.APPLICATION, question.split(" ", -1));
      } catch (RespClient.ErrorReply wrongCount) {
        assertThat(wrongCount).hasMessageContaining("wrong number");
      }
    }
    throw new AssertionError("no number of words fits " + command);
  }

  @ParameterizedTest
  @EnumSource
  void whatTheServerListsEqualsTheFileWeWrote(Engine engine) throws Exception {
    try (EngineLab lab = new EngineLab(engine)) {
      String file = AclFile.render(lab.users());
      String root = "user root on #" + ROOT.sha256Hex() + " resetkeys resetchannels -@all +acl\n";
      RespClient session = lab.session(lab.start("m-0", file + root), "root", ROOT);

      List<String> listed =
          ((List<?>) Objects.requireNonNull(session.call("ACL", "LIST")))
              .stream().map(String.class::cast).toList();

      assertThat(listed).hasSize(lab.users().size() + 2);
      // By line, so that a difference says which user.
      for (String line : (file + root).lines().toList()) {
        String name = line.split(" ", -1)[1];
        String ofServer =
            listed.stream()
                .filter(l -> l.startsWith("user " + name + " "))
                .findFirst()
                .orElseThrow();
        assertThat(AclDigest.ofServer(List.of(ofServer)))
            .as("%s%n%s", line, ofServer)
            .isEqualTo(AclDigest.ofFile(line));
      }
      assertThat(AclDigest.ofServer(listed)).isEqualTo(AclDigest.ofFile(file + root));
      assertThat(AclDigest.ofServer(listed)).isNotEqualTo(AclDigest.ofFile(file));
    }
  }

  @ParameterizedTest
  @EnumSource
  void aServerTakesWhatWeRenderHoweverOddThePatterns(Engine engine) throws Exception {
    try (EngineLab lab = new EngineLab(engine)) {
      AclUser odd =
          new AclUser(
              "shop-1.web~a",
              AclUser.Credentials.password(lab.applicationPassword),
              List.of("a(b)*", "#x", "-@all", "+@all", ">p", "\"q\"", "k\\*", "user"),
              List.of("&c", "on"),
              List.of("+get", "+set"));
      String root = "user root on #" + ROOT.sha256Hex() + " resetkeys resetchannels -@all +acl\n";
      String file = AclFile.render(List.of(odd));
      RespClient session = lab.session(lab.start("m-0", file + root), "root", ROOT);

      List<String> listed =
          ((List<?>) Objects.requireNonNull(session.call("ACL", "LIST")))
              .stream().map(String.class::cast).toList();

      assertThat(AclDigest.ofServer(listed)).isEqualTo(AclDigest.ofFile(file + root));
      assertThat(allows(session, odd.name(), "GET", "#x")).isTrue();
      assertThat(allows(session, odd.name(), "GET", "other")).isFalse();
      assertThat(allows(session, odd.name(), "DEL", "#x")).isFalse();
    }
  }

  @Test
  void anApplicationCannotTakeAnOperatorsName() {
    assertThatThrownBy(() -> SystemUsers.application("_operator", ROOT))
        .hasMessageContaining("belong to the operator");
    assertThatThrownBy(() -> SystemUsers.application("default", ROOT))
        .hasMessageContaining("always off");
  }
}
