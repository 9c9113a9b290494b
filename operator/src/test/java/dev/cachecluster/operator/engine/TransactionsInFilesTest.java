package dev.cachecluster.operator.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What was written together is read back together. A server reads its append-only file as the user
 * default, and drops what that user may not do, if it stands in a transaction.
 */
class TransactionsInFilesTest {
  @ParameterizedTest
  @EnumSource
  void transactionsAndScriptsComeBackFromAnAppendOnlyFile(Engine engine) throws Exception {
    try (EngineLab lab = new EngineLab(engine)) {
      EngineAdmin admin = lab.admin();
      EngineProcess server = lab.start("m-0");
      server.stop();
      server.keep("appendonly yes\nappendfsync everysec\n");
      server.start();
      EngineLab.view(admin, server);
      EngineLab.done(admin.promote(server.address()));
      RespClient client = lab.application(server);
      client.call("SET", "alone", "1");
      client.call("MULTI");
      client.call("SET", "in-a-transaction", "1");
      client.call("SET", "in-a-transaction-too", "1");
      client.call("EXEC");
      client.call("EVAL", "redis.call('SET','by-a-script',1) redis.call('SET','by-it-too',1)", "0");

      // Not killed: that may lose what is put off while the disk syncs, which is not asked here.
      server.stop();
      server.start();

      ServerView back = EngineLab.awaitState(admin, server, view -> !view.loading());
      assertThat(back.keys()).as("keys").isEqualTo(5);
    }
  }

  @ParameterizedTest
  @EnumSource
  void nobodyBecomesTheUserWhoReadsFilesBack(Engine engine) throws Exception {
    try (EngineLab lab = new EngineLab(engine)) {
      EngineProcess server = lab.start("m-0");
      for (String password : new String[] {"", "default", "nopass", "*"}) {
        assertThatThrownBy(() -> lab.anonymous(server).call("AUTH", "default", password))
            .as("a password: '%s'", password)
            .hasMessageStartingWith("WRONGPASS");
        assertThatThrownBy(
                () -> lab.anonymous(server).call("HELLO", "3", "AUTH", "default", password))
            .as("in a greeting, a password: '%s'", password)
            .hasMessageStartingWith("WRONGPASS");
      }
      RespClient client = lab.application(server);
      client.call("RESET");
      assertThatThrownBy(() -> client.call("GET", "k"))
          .as("who puts an identity down has none")
          .hasMessageStartingWith("NOAUTH");
    }
  }
}
