package dev.cachecluster.operator.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cachecluster.operator.acl.AclChange;
import dev.cachecluster.operator.acl.Secret;
import dev.cachecluster.operator.acl.SystemUsers;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SessionTest {

  @ParameterizedTest
  @EnumSource
  void endingClientSessionsLeavesReplicasAndTheOperator(Engine engine) throws Exception {
    try (EngineLab lab = new EngineLab(engine)) {
      EngineAdmin admin = lab.admin();
      EngineProcess primary = lab.start("m-0");
      EngineProcess replica = lab.start("m-1");
      EngineLab.lead(admin, primary, replica);
      List<MemberAddress> lost = new CopyOnWriteArrayList<>();
      admin.onDisconnect(lost::add);
      RespClient normal = lab.application(primary);
      RespClient subscriber = lab.application(primary);
      subscriber.call("SUBSCRIBE", "c");

      EngineLab.done(admin.endClientSessions(primary.address()));

      assertThatThrownBy(() -> normal.call("PING")).isInstanceOf(IOException.class);
      assertThatThrownBy(subscriber::receive).isInstanceOf(IOException.class);
      lab.application(primary).call("SET", "k", "v");
      EngineLab.awaitState(admin, replica, v -> v.keys() == 1);
      assertThat(EngineLab.view(admin, primary).syncPartialOk()).isZero();
      assertThat(lost).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aNewLeaderEndsTheSessionsOfTheOldOneAndKeepsItsOwn(Engine engine) throws Exception {
    try (EngineLab lab = new EngineLab(engine)) {
      EngineProcess server = lab.start("m-0");
      EngineAdmin old = lab.admin();
      EngineAdmin next = lab.admin();
      List<MemberAddress> oldLost = new CopyOnWriteArrayList<>();
      List<MemberAddress> nextLost = new CopyOnWriteArrayList<>();
      old.onDisconnect(oldLost::add);
      next.onDisconnect(nextLost::add);
      EngineLab.view(old, server);
      RespClient application = lab.application(server);

      EngineLab.view(next, server);

      Attempts.until(() -> oldLost.contains(server.address()), "the end of the old session");
      EngineLab.view(next, server);
      assertThat(nextLost).isEmpty();
      assertThatThrownBy(() -> application.call("GET", "k")).hasMessageStartingWith("MASTERDOWN");
    }
  }

  @ParameterizedTest
  @EnumSource
  void aPauseHoldsWritesUntilItIsEnded(Engine engine) throws Exception {
    try (EngineLab lab = new EngineLab(engine)) {
      EngineAdmin admin = lab.admin();
      EngineProcess primary = lab.start("m-0");
      EngineLab.lead(admin, primary);
      RespClient writer = lab.application(primary);
      writer.call("SET", "k", "1");

      long paused = admin.pauseWrites(primary.address(), Duration.ofSeconds(30)).ok().orElseThrow();
      CompletableFuture<Object> held =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return String.valueOf(writer.call("SET", "k", "2"));
                } catch (IOException e) {
                  return e;
                }
              });
      assertThat(lab.application(primary).call("GET", "k")).isEqualTo("1");
      assertThat(admin.offset(primary.address()).ok()).contains(paused);
      assertThat(held).isNotDone();

      EngineLab.done(admin.unpause(primary.address()));

      assertThat(held.get()).isEqualTo("OK");
    }
  }

  @ParameterizedTest
  @EnumSource
  void aChangedUserIsInForceAndABrokenOneIsRefused(Engine engine) throws Exception {
    try (EngineLab lab = new EngineLab(engine)) {
      EngineAdmin admin = lab.admin();
      EngineProcess server = lab.start("m-0");
      String before = EngineLab.view(admin, server).aclDigest();
      var wanted =
          List.of(
              SystemUsers.operator(lab.operatorPassword),
              SystemUsers.application(EngineLab.APPLICATION, Secret.of("another password")));
      var nonsense = new AclChange.Step.Set("x", List.of("reset", "on", "+nonsense"));
      Answer<?> broken = admin.changeAccess(server.address(), new AclChange(List.of(nonsense)));
      assertThat(broken).isInstanceOf(Answer.Refused.class);
      assertThat(broken.summary()).contains("nonsense");
      assertThat(EngineLab.view(admin, server).aclDigest()).isEqualTo(before);

      var change = AclChange.between(wanted, EngineLab.view(admin, server).acl());
      EngineLab.done(admin.changeAccess(server.address(), change));

      assertThat(AclChange.between(wanted, EngineLab.view(admin, server).acl()).isEmpty()).isTrue();
      assertThat(EngineLab.view(admin, server).aclDigest()).isNotEqualTo(before);
      assertThatThrownBy(() -> lab.application(server)).hasMessageStartingWith("WRONGPASS");
    }
  }
}
