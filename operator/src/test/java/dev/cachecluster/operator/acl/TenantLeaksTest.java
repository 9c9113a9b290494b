package dev.cachecluster.operator.acl;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachecluster.operator.engine.Engine;
import dev.cachecluster.operator.engine.RespClient;
import dev.cachecluster.operator.engine.RespClient.ErrorReply;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Tenant a tries to learn of tenant b's keys, channels, sessions and values, or to disturb it, on a
 * real server, in every role.
 */
class TenantLeaksTest {
  private static final Role EVERY_CATEGORY = new Role.Custom(EnumSet.allOf(Category.class));
  private static final List<Role> ROLES =
      List.of(new Role.ReadOnly(), new Role.ReadWrite(), EVERY_CATEGORY);

  /**
   * No key pattern binds these, so nobody has them. DEBUG and MODULE LOAD are not here, since
   * servers refuse them to everybody before they ask for rights; CommandSnapshotTest has them.
   */
  private static final List<String> COMMANDS =
      TenantLab.commands(
          """
          # Names and numbers of keys.
          SCAN 0; SCAN 0 MATCH b:*; SCAN 0 TYPE string; RANDOMKEY; KEYS *; KEYS b:*;
          DBSIZE; MONITOR; SORT a:l BY b:*;
          SORT a:l BY nosort GET b:*; SORT_RO a:l GET b:*; CLUSTER GETKEYSINSLOT 0 9;
          CLUSTER COUNTKEYSINSLOT 0; CLUSTER KEYSLOT b:k; CLUSTER INFO; CLUSTER NODES;
          CLUSTER SLOTS; CLUSTER SHARDS; CLUSTER RESET;
          CLIENT TRACKING ON; CLIENT TRACKING ON BCAST; CLIENT TRACKING ON BCAST PREFIX b:;
          CLIENT TRACKING ON REDIRECT 1 BCAST; CLIENT TRACKING ON OPTIN;
          # Other databases.
          SELECT 0; SELECT 1; MOVE a:k 1; COPY a:k a:c; COPY a:k a:c DB 1; SWAPDB 0 1;
          # Code of others, and code for others.
          FUNCTION LIST; FUNCTION LIST WITHCODE; FUNCTION DUMP; FUNCTION STATS;
          FUNCTION LOAD x; FUNCTION DELETE platform; FUNCTION FLUSH; FUNCTION KILL;
          FUNCTION RESTORE x; SCRIPT FLUSH; SCRIPT KILL; SCRIPT DEBUG YES;
          # Values and sessions of others.
          SLOWLOG GET; SLOWLOG LEN; SLOWLOG RESET; LATENCY LATEST; LATENCY HISTOGRAM;
          LATENCY DOCTOR; LATENCY RESET; MEMORY DOCTOR; MEMORY STATS; MEMORY PURGE;
          MEMORY MALLOC-STATS; CLIENT LIST; CLIENT KILL TYPE normal; CLIENT PAUSE 1;
          CLIENT UNPAUSE; CLIENT UNBLOCK 1; CLIENT NO-EVICT ON; PUBSUB CHANNELS;
          PUBSUB NUMSUB b:news; PUBSUB NUMPAT; PUBSUB SHARDCHANNELS; PUBSUB SHARDNUMSUB x;
          # Damage, and administration.
          FLUSHALL; FLUSHDB; RESTORE a:r 0 x; RESTORE-ASKING a:r 0 x;
          MIGRATE 127.0.0.1 1 a:k 0 1; PFDEBUG ENCODING a:k; WAIT 0 1; CONFIG GET *;
          CONFIG SET maxmemory 1; CONFIG RESETSTAT; ACL LIST; ACL USERS; ACL LOG;
          ACL GETUSER _operator; ACL SETUSER x on; ACL DELUSER x; ACL LOAD; ACL DRYRUN x GET k;
          MODULE LIST; REPLICAOF NO ONE; SLAVEOF NO ONE; FAILOVER; ROLE;
          PSYNC ? -1; SYNC; REPLCONF ack 1; SAVE; BGSAVE; BGREWRITEAOF; LASTSAVE;
          SHUTDOWN NOSAVE; READONLY; ASKING
          """);

  private static final List<String> SCRIPTS =
      TenantLab.commands(
          """
          EVAL x 0; EVAL_RO x 0; EVALSHA x 0; EVALSHA_RO x 0; SCRIPT LOAD x
          """);

  /** Key patterns bind these: refused for the key, and by its name alone. */
  private static final List<String> KEYS_OF_B =
      TenantLab.commands(
          """
          GET b:k; EXISTS b:k; TYPE b:k; TTL b:k; STRLEN b:k; TOUCH b:k; DUMP b:k;
          OBJECT ENCODING b:k; OBJECT IDLETIME b:k; MEMORY USAGE b:k; MGET a:k b:k;
          GETRANGE b:k 0 -1; SUBSTR b:k 0 -1; LRANGE b:l 0 -1; HGETALL b:h; HSCAN b:h 0;
          SMEMBERS b:s; SSCAN b:s 0; ZRANGE b:z 0 -1; ZSCAN b:z 0; SUNION a:s b:s;
          ZUNION 2 a:z b:z; SINTERCARD 2 a:s b:s; XRANGE b:x - +; XREAD STREAMS b:x 0;
          XREAD COUNT 1 BLOCK 1 STREAMS a:x b:x 0 0; XINFO STREAM b:x; PFCOUNT a:p b:p;
          GEOSEARCH b:g FROMLONLAT 0 0 BYRADIUS 1 m; BITCOUNT b:k; LCS a:k b:k; WATCH b:k;
          GET b; GET *; GET A:k; FCALL_RO look 1 b:k
          """);

  private static final List<String> WRITES_TO_B =
      TenantLab.commands(
          """
          SET b:k v; DEL b:k; UNLINK a:k b:k; EXPIRE b:k 1; RENAME a:k b:new;
          RENAME b:k a:new; GETDEL b:k; LMOVE b:l a:l LEFT LEFT; BLPOP a:none b:l 1;
          SUNIONSTORE a:new b:s; ZRANGESTORE a:new b:z 0 -1; BITOP NOT a:new b:k;
          PFMERGE a:new b:p; GEORADIUS a:g 0 0 1 m STORE b:new;
          GEOSEARCHSTORE a:new b:g FROMLONLAT 0 0 BYRADIUS 1 m; MSET a:k v b:k v; XADD b:x * f v;
          XREADGROUP GROUP g c STREAMS b:x >; LMPOP 2 a:none b:l LEFT; FCALL put 1 b:k v
          """);

  private static final List<String> CHANNELS =
      TenantLab.commands(
          """
          SUBSCRIBE b:news; SUBSCRIBE a:news b:news; PSUBSCRIBE *; PSUBSCRIBE b:*;
          PSUBSCRIBE [a]:*; SSUBSCRIBE b:news; PUBLISH b:news x; SPUBLISH b:news x;
          SUBSCRIBE __keyevent@0__:set; PSUBSCRIBE __key*; SUBSCRIBE __redis__:invalidate
          """);

  /** What the platform may load one day; it runs in the rights of who calls it. */
  private static final String LIBRARY =
      """
      #!lua name=platform
      redis.register_function('put', function(k, a) return redis.call('SET', k[1], a[1]) end)
      redis.register_function('peek', function(k, a) return redis.call('GET', a[1]) end)
      redis.register_function('names', function(k, a) return redis.call('SCAN', '0') end)
      redis.register_function{function_name='look', flags={'no-writes'},
        callback=function(k, a) return redis.call('GET', k[1]) end}
      """;

  private static TenantLab lab(Engine engine, AclUser... tenants) throws IOException {
    TenantLab lab = new TenantLab(engine, tenants);
    lab.root.call("FUNCTION", "LOAD", LIBRARY);
    lab.root.call("SET", "b:k", "secret of b");
    return lab;
  }

  private static AclUser a(Role role) {
    return TenantLab.tenant("shop", "a:", role, true);
  }

  private static void refused(SoftAssertions softly, RespClient session, String words)
      throws IOException {
    String answer;
    try {
      answer = "answered " + session.call(words.split(" ", -1));
    } catch (ErrorReply refusal) {
      answer = String.valueOf(refusal.getMessage());
    }
    softly.assertThat(answer).as(words).startsWith("NOPERM");
  }

  @ParameterizedTest
  @EnumSource
  void nothingThatKeyPatternsDoNotBindIsOpenToAnyRole(Engine engine) throws Exception {
    try (TenantLab lab =
        lab(engine, ROLES.stream().map(TenantLeaksTest::a).toArray(AclUser[]::new))) {
      SoftAssertions softly = new SoftAssertions();
      for (Role role : ROLES) {
        RespClient session = lab.session(a(role));
        for (String words : COMMANDS) {
          refused(softly, session, words);
        }
        if (role != EVERY_CATEGORY) {
          for (String words : SCRIPTS) {
            refused(softly, session, words);
          }
        }
      }
      softly.assertAll();
    }
  }

  @ParameterizedTest
  @EnumSource
  void keysAndChannelsOfAnotherTenantAreRefusedWhateverTheCommand(Engine engine) throws Exception {
    try (TenantLab lab =
        lab(engine, ROLES.stream().map(TenantLeaksTest::a).toArray(AclUser[]::new))) {
      SoftAssertions softly = new SoftAssertions();
      for (Role role : ROLES) {
        RespClient session = lab.session(a(role));
        for (List<String> tries : List.of(KEYS_OF_B, WRITES_TO_B, CHANNELS)) {
          for (String words : tries) {
            refused(softly, session, words);
          }
        }
      }
      softly.assertAll();
      assertThat(lab.root.call("GET", "b:k")).isEqualTo("secret of b");
      assertThat(lab.root.call("DBSIZE")).isEqualTo(1L);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aFunctionOrAScriptHasNoMoreRightsThanWhoCallsIt(Engine engine) throws Exception {
    AclUser custom = a(EVERY_CATEGORY);
    try (TenantLab lab = lab(engine, custom)) {
      RespClient session = lab.session(custom);
      SoftAssertions softly = new SoftAssertions();
      for (String[] words :
          List.of(
              new String[] {"FCALL", "peek", "0", "b:k"},
              new String[] {"FCALL", "names", "0"},
              new String[] {"EVAL", "return redis.call('GET', 'b:k')", "0"},
              new String[] {"EVAL", "return redis.call('SCAN', '0')", "0"},
              new String[] {"EVAL", "return redis.call('RANDOMKEY')", "0"},
              new String[] {"EVAL_RO", "return redis.call('DBSIZE')", "0"})) {
        String answer;
        try {
          answer = "answered " + session.call(words);
        } catch (ErrorReply refusal) {
          answer = String.valueOf(refusal.getMessage());
        }
        softly
            .assertThat(answer)
            .as(String.join(" ", words))
            .containsPattern("permissions|user executing the script can't");
      }
      softly.assertAll();
      assertThat(session.call("FCALL", "put", "1", "a:k", "mine")).isEqualTo("OK");
      assertThat(session.call("FCALL", "peek", "0", "a:k")).isEqualTo("mine");
    }
  }

  @ParameterizedTest
  @EnumSource
  void aTransactionWithARefusedCommandIsNotRun(Engine engine) throws Exception {
    AclUser writer = a(new Role.ReadWrite());
    try (TenantLab lab = lab(engine, writer)) {
      RespClient session = lab.session(writer);
      SoftAssertions softly = new SoftAssertions();
      assertThat(session.call("MULTI")).isEqualTo("OK");
      assertThat(session.call("SET", "a:k", "v")).isEqualTo("QUEUED");
      refused(softly, session, "GET b:k");
      refused(softly, session, "SCAN 0");
      softly.assertAll();
      assertThat(refusal(session, "EXEC")).startsWith("EXECABORT");
      assertThat(session.call("GET", "a:k")).isNull();
    }
  }

  private static String refusal(RespClient session, String... words) throws IOException {
    try {
      return "answered " + session.call(words);
    } catch (ErrorReply refusal) {
      return String.valueOf(refusal.getMessage());
    }
  }
}
