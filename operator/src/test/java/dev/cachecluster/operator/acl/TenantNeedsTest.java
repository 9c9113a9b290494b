package dev.cachecluster.operator.acl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cachecluster.operator.engine.Engine;
import dev.cachecluster.operator.engine.RespClient;
import dev.cachecluster.operator.engine.RespClient.ErrorReply;
import io.lettuce.core.TransactionResult;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What Java clients say to a server, on a real one, beside other tenants. */
class TenantNeedsTest {
  private static final AclUser READER = tenant(new Role.ReadOnly());
  private static final AclUser WRITER = tenant(new Role.ReadWrite());
  private static final AclUser CUSTOM =
      tenant(new Role.Custom(EnumSet.of(Category.HASH, Category.KEYSPACE, Category.SCRIPTING)));

  /** What Lettuce, Jedis, Redisson and Spring Data say around the work, whatever the role. */
  private static final List<String> AROUND =
      TenantLab.commands(
          """
          # Connecting: the three Java clients say HELLO or AUTH, then SETNAME and SETINFO.
          HELLO 2; PING; PING hello; ECHO hello; CLIENT SETNAME cart-1; CLIENT GETNAME; CLIENT ID;
          CLIENT INFO; CLIENT TRACKINGINFO; CLIENT GETREDIR; CLIENT REPLY ON;
          COMMAND; COMMAND COUNT; COMMAND DOCS get; COMMAND INFO get; COMMAND GETKEYS GET a:k;
          COMMAND LIST FILTERBY PATTERN xre*;
          # Health checks: Spring Boot, Redisson.
          INFO; INFO server; INFO replication; TIME;
          # Transactions.
          WATCH a:k; UNWATCH; MULTI; DISCARD; MULTI; EXEC; RESET
          """);

  /** Of these, Redis 7.0 knows none: clients ignore its error. */
  private static final List<String> AROUND_NEWER =
      TenantLab.commands(
          "CLIENT SETINFO LIB-NAME lettuce; CLIENT NO-TOUCH ON; CLIENT CAPA redirect");

  private static final List<String> READING =
      TenantLab.commands(
          """
          GET a:k; MGET a:k a:none; EXISTS a:k; TYPE a:k; TTL a:k; PTTL a:k; EXPIRETIME a:k;
          STRLEN a:k; GETRANGE a:k 0 -1; TOUCH a:k; DUMP a:k; OBJECT ENCODING a:k; MEMORY USAGE a:k;
          HGETALL a:h; HGET a:h f; HMGET a:h f g; HSCAN a:h 0; HLEN a:h; LRANGE a:l 0 -1; LLEN a:l;
          SMEMBERS a:s; SISMEMBER a:s m; SSCAN a:s 0; ZRANGE a:z 0 -1 WITHSCORES; ZSCORE a:z m;
          ZSCAN a:z 0; XRANGE a:x - +; XREAD COUNT 1 STREAMS a:x 0; XINFO STREAM a:x; XLEN a:x;
          GETBIT a:b 1; BITCOUNT a:b; PFCOUNT a:p; GEOPOS a:g m; FCALL_RO look 1 a:k
          """);

  private static final List<String> HEARING =
      TenantLab.commands("SUBSCRIBE a:news; PSUBSCRIBE a:*; SSUBSCRIBE a:shard");

  private static final List<String> WRITING =
      TenantLab.commands(
          """
          SET a:k v; SET a:n v NX EX 60; SETEX a:e 60 v; PSETEX a:e 60 v; SETNX a:m v; GETDEL a:m;
          MSET a:k v a:j w; APPEND a:j w; INCR a:i; INCRBY a:i 2; EXPIRE a:k 60; PEXPIRE a:k 60000;
          PERSIST a:k; GETEX a:k EX 60; DEL a:j; UNLINK a:n; RENAME a:e a:f; HSET a:h f v;
          HINCRBY a:h n 1; HDEL a:h n; LPUSH a:l v; RPUSH a:l w; LPOP a:l; BLPOP a:l 1;
          LMOVE a:l a:l2 LEFT LEFT; SADD a:s m; SREM a:s m; SPOP a:s; ZADD a:z 1 m;
          ZINCRBY a:z 1 m; ZREM a:z m; ZPOPMIN a:z; XADD a:x * f v;
          XGROUP CREATE a:x g $ MKSTREAM; XREADGROUP GROUP g c COUNT 1 STREAMS a:x >; XACK a:x g 1-1;
          XDEL a:x 1-1; SETBIT a:b 1 1; PFADD a:p v; GEOADD a:g 1 1 m; PUBLISH a:news x;
          SPUBLISH a:shard x; FCALL put 1 a:k v; BITFIELD a:b GET u8 0
          """);

  private static final String LIBRARY =
      """
      #!lua name=platform
      redis.register_function('put', function(k, a) return redis.call('SET', k[1], a[1]) end)
      redis.register_function{function_name='look', flags={'no-writes'},
        callback=function(k, a) return redis.call('GET', k[1]) end}
      """;

  private static AclUser tenant(Role role) {
    return TenantLab.tenant("shop", "a:", role, true);
  }

  private static TenantLab lab(Engine engine) throws IOException {
    TenantLab lab = new TenantLab(engine, READER, WRITER, CUSTOM);
    lab.root.call("FUNCTION", "LOAD", LIBRARY);
    lab.root.call("SET", "a:k", "v");
    lab.root.call("XADD", "a:x", "*", "f", "v");
    return lab;
  }

  private static void answered(SoftAssertions softly, RespClient session, List<String> commands)
      throws IOException {
    for (String words : commands) {
      String answer;
      try {
        answer = "answered " + session.call(words.split(" ", -1));
      } catch (ErrorReply refusal) {
        answer = String.valueOf(refusal.getMessage());
      }
      softly.assertThat(answer).as(words).startsWith("answered");
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyRoleSpeaksAsClientsDo(Engine engine) throws Exception {
    try (TenantLab lab = lab(engine)) {
      SoftAssertions softly = new SoftAssertions();
      for (AclUser user : List.of(READER, WRITER, CUSTOM)) {
        answered(softly, lab.session(user), AROUND);
        if (engine != Engine.REDIS_7_0) {
          answered(softly, lab.session(user), AROUND_NEWER);
        }
      }
      softly.assertAll();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aReaderReadsAndAWriterWritesTheirOwnKeysAndChannels(Engine engine) throws Exception {
    try (TenantLab lab = lab(engine)) {
      SoftAssertions softly = new SoftAssertions();
      answered(softly, lab.session(READER), READING);
      answered(softly, lab.session(READER), HEARING);
      answered(softly, lab.session(WRITER), WRITING);
      answered(softly, lab.session(WRITER), READING);
      answered(softly, lab.session(WRITER), HEARING);
      softly.assertAll();
      RespClient reader = lab.session(READER);
      for (String words : WRITING) {
        assertThatThrownBy(() -> reader.call(words.split(" ", -1)))
            .as(words)
            .hasMessageStartingWith("NOPERM");
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aCustomRoleHasItsCategoriesAndNoOthers(Engine engine) throws Exception {
    try (TenantLab lab = lab(engine)) {
      RespClient session = lab.session(CUSTOM);
      SoftAssertions softly = new SoftAssertions();
      answered(
          softly,
          session,
          TenantLab.commands(
              """
              HSET a:h f v; HGET a:h f; EXPIRE a:h 60; DEL a:h; SCRIPT LOAD return{};
              EVAL return{} 0; SCRIPT EXISTS x; EVAL_RO return{} 0
              """));
      softly.assertAll();
      for (String words :
          TenantLab.commands("GET a:k; SET a:k v; LPUSH a:l v; SUBSCRIBE a:news; XLEN a:x")) {
        assertThatThrownBy(() -> session.call(words.split(" ", -1)))
            .as(words)
            .hasMessageStartingWith("NOPERM");
      }
    }
  }

  /** Not a list of commands but the client itself, with RESP3 and all it says by default. */
  @ParameterizedTest
  @EnumSource
  void lettuceWorksAsItComes(Engine engine) throws Exception {
    try (TenantLab lab = lab(engine)) {
      RedisCommands<String, String> writer = lab.lettuce(WRITER).sync();
      assertThat(writer.set("a:k", "v")).isEqualTo("OK");
      assertThat(writer.hset("a:h", Map.of("f", "v", "g", "w"))).isEqualTo(2);
      assertThat(writer.hscan("a:h").getMap()).hasSize(2);
      writer.multi();
      writer.incr("a:i");
      writer.expire("a:i", 60);
      TransactionResult result = writer.exec();
      assertThat(result.wasDiscarded()).isFalse();
      assertThat(result.<Long>get(0)).isEqualTo(1L);
      assertThat(writer.unlink("a:h")).isEqualTo(1);
      assertThat(writer.clientGetname()).isEqualTo("cart-1");
      assertThat(writer.info("server")).contains("tcp_port");

      BlockingQueue<String> heard = new LinkedBlockingQueue<>();
      StatefulRedisPubSubConnection<String, String> reader = lab.lettucePubSub(READER);
      reader.addListener(
          new RedisPubSubAdapter<>() {
            @Override
            public void message(String channel, String message) {
              heard.add(message);
            }
          });
      reader.sync().subscribe("a:news");
      assertThat(writer.publish("a:news", "sold out")).isEqualTo(1);
      assertThat(heard.poll(5, TimeUnit.SECONDS)).isEqualTo("sold out");
    }
  }
}
