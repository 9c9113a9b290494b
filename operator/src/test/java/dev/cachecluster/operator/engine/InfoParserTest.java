package dev.cachecluster.operator.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cachecluster.operator.acl.AclListing;
import dev.cachecluster.operator.engine.InfoParser.NotUnderstood;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InfoParserTest {
  private static final String PRIMARY =
      """
      # Server
      redis_version:7.2.4
      valkey_version:8.1.1
      run_id:0123456789012345678901234567890123456789
      # Replication
      role:master
      slave0:ip=m-1.cache,port=6379,state=online,offset=120,lag=0,type=replica
      slave1:ip=10.0.0.7,port=6380,state=wait_bgsave,offset=0,lag=1
      master_replid:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
      master_replid2:0000000000000000000000000000000000000000
      master_repl_offset:126
      second_repl_offset:-1
      used_memory:1048576
      loading:0
      rdb_last_bgsave_status:ok
      aof_last_write_status:ok
      sync_full:2
      sync_partial_ok:3
      db0:keys=4,expires=1,avg_ttl=0
      db3:keys=5,expires=0,avg_ttl=0
      """;
  private static final String REPLICA =
      PRIMARY.replaceAll(
          "role:master\nslave0.*\nslave1.*\n",
          """
          role:slave
          master_host:m-0.cache
          master_port:6379
          master_link_status:down
          master_last_io_seconds_ago:-1
          master_sync_in_progress:1
          slave_repl_offset:77
          master_link_down_since_seconds:9
          """);

  private static ServerView view(String info) throws NotUnderstood {
    return InfoParser.of(info).view(Map.of(), AclListing.of(List.of()), Instant.EPOCH);
  }

  @Test
  void aPrimaryIsReadWhole() throws NotUnderstood {
    assertThat(view(PRIMARY.replace("\n", "\r\n")))
        .isEqualTo(
            new ServerView(
                "0123456789012345678901234567890123456789",
                "8.1.1",
                new Role.Primary(
                    List.of(
                        new Role.ReplicaLink("m-1.cache", 6379, "online", 120, 0),
                        new Role.ReplicaLink("10.0.0.7", 6380, "wait_bgsave", 0, 1))),
                new History("a".repeat(40), 126, "0".repeat(40), -1),
                false,
                9,
                1048576,
                2,
                3,
                true,
                Map.of(),
                AclListing.of(List.of()),
                Instant.EPOCH));
  }

  @Test
  void aReplicaIsReadWhole() throws NotUnderstood {
    assertThat(view(REPLICA).role())
        .isEqualTo(new Role.Replica("m-0.cache", 6379, false, true, 9, -1, 77));
  }

  @ParameterizedTest
  @ValueSource(strings = {"rdb_last_bgsave_status", "aof_last_write_status"})
  void aWriteToTheDiskThatFailedIsTold(String field) throws NotUnderstood {
    assertThat(view(PRIMARY.replace(field + ":ok", field + ":err")).saves()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "role",
        "run_id",
        "master_replid",
        "master_replid2",
        "master_repl_offset",
        "second_repl_offset",
        "used_memory",
        "loading",
        "rdb_last_bgsave_status",
        "aof_last_write_status",
        "sync_full",
        "sync_partial_ok"
      })
  void whatADecisionRestsOnIsNeverAssumed(String field) {
    String without = PRIMARY.replaceAll("(?m)^" + field + ":.*\n", "");
    assertThat(without).isNotEqualTo(PRIMARY);
    assertThatThrownBy(() -> view(without))
        .isInstanceOf(NotUnderstood.class)
        .hasMessageContaining(field);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "master_host",
        "master_port",
        "master_link_status",
        "master_sync_in_progress",
        "slave_repl_offset"
      })
  void noPartOfAReplicasLinkIsAssumed(String field) {
    String without = REPLICA.replaceAll("(?m)^" + field + ":.*\n", "");
    assertThat(without).isNotEqualTo(REPLICA);
    assertThatThrownBy(() -> view(without))
        .isInstanceOf(NotUnderstood.class)
        .hasMessageContaining(field);
  }

  @Test
  void garbageIsEitherReadOrRefusedButNeverAnythingElse() {
    int refused = 0;
    int read = 0;
    for (int seed = 0; seed < 20_000; seed++) {
      Random random = new Random(seed);
      String garbage = spoil(random.nextBoolean() ? PRIMARY : REPLICA, random);
      try {
        ServerView view = view(garbage);
        assertThat(view.keys()).as("seed %d", seed).isNotNegative();
        read++;
      } catch (NotUnderstood e) {
        assertThat(e.getMessage()).as("seed %d", seed).matches("[ -~]{1,400}");
        refused++;
      }
    }
    // Both must happen, or the test shows nothing.
    assertThat(refused).isGreaterThan(1000);
    assertThat(read).isGreaterThan(1000);
  }

  /** Some damage of the kinds that a cut or foreign answer has. */
  private static String spoil(String info, Random random) {
    List<String> lines = new ArrayList<>(info.lines().toList());
    for (int damage = random.nextInt(4); damage >= 0 && !lines.isEmpty(); damage--) {
      int at = random.nextInt(lines.size());
      String line = lines.get(at);
      switch (random.nextInt(6)) {
        case 0 -> lines.remove(at);
        case 1 -> lines.set(at, line.substring(0, random.nextInt(line.length() + 1)));
        case 2 -> lines.add(at, lines.get(random.nextInt(lines.size())));
        case 3 -> lines.set(at, line.replace(':', (char) random.nextInt(0x3000)));
        case 4 -> lines.set(at, line + (char) random.nextInt(0x3000));
        default -> lines.add(at, noise(random));
      }
    }
    String spoiled = String.join("\n", lines);
    return random.nextInt(5) == 0
        ? spoiled.substring(0, random.nextInt(spoiled.length() + 1))
        : spoiled;
  }

  private static String noise(Random random) {
    StringBuilder noise = new StringBuilder(random.nextBoolean() ? "slave7:" : "db1:keys=");
    for (int i = random.nextInt(30); i > 0; i--) {
      noise.append((char) random.nextInt(0x3000));
    }
    return noise.toString();
  }
}
