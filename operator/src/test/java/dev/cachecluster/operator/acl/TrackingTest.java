package dev.cachecluster.operator.acl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.cachecluster.operator.engine.Engine;
import dev.cachecluster.operator.engine.RespClient;
import io.lettuce.core.TrackingArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.push.PushMessage;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * CLIENT TRACKING beside other tenants and without them, and why access lists cannot do better. If
 * the tests of the second kind fail for a new engine, it can: then {@link Role} need not refuse
 * tracking there.
 */
class TrackingTest {
  private static final Role WRITES = new Role.ReadWrite();
  private static final AclUser B = TenantLab.tenant("bank", "b:", WRITES, true);
  private static final AclUser ALONE = TenantLab.tenant("shop", "a:", WRITES, false);
  private static final AclUser BESIDE_OTHERS = TenantLab.tenant("shop", "a:", WRITES, true);

  /** Names of keys that a connection is told to forget. */
  private static BlockingQueue<String> invalidated(StatefulRedisConnection<String, String> of) {
    BlockingQueue<String> keys = new LinkedBlockingQueue<>();
    of.addListener(
        message -> {
          if (message.getType().equals("invalidate")) {
            keys.addAll(names(message));
          }
        });
    return keys;
  }

  private static List<String> names(PushMessage message) {
    List<?> keys = (List<?>) message.getContent().get(1);
    return keys.stream()
        .map(key -> StandardCharsets.UTF_8.decode(((ByteBuffer) key).duplicate()).toString())
        .toList();
  }

  private static @Nullable String next(BlockingQueue<String> keys) throws InterruptedException {
    return keys.poll(5, TimeUnit.SECONDS);
  }

  @ParameterizedTest
  @EnumSource
  void besideOtherTenantsNoTrackingIsToBeHad(Engine engine) throws Exception {
    Role all = new Role.Custom(EnumSet.allOf(Category.class));
    AclUser custom = TenantLab.tenant("shop", "a:", all, true);
    AclUser reader = TenantLab.tenant("shop", "a:", new Role.ReadOnly(), true);
    try (TenantLab lab = new TenantLab(engine, BESIDE_OTHERS, custom, reader)) {
      for (AclUser user : List.of(BESIDE_OTHERS, custom, reader)) {
        RespClient session = lab.session(user);
        for (String words :
            TenantLab.commands(
                """
                CLIENT TRACKING ON BCAST; CLIENT TRACKING ON BCAST PREFIX a:; CLIENT TRACKING ON
                client tracking on bcast; CLIENT TRACKING ON OPTIN; CLIENT TRACKING OFF
                """)) {
          assertThatThrownBy(() -> session.call(words.split(" ", -1)))
              .as("%s: %s", user.name(), words)
              .hasMessageStartingWith("NOPERM");
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aTenantAloneIsToldWhenAKeyThatItReadChanges(Engine engine) throws Exception {
    try (TenantLab lab = new TenantLab(engine, ALONE)) {
      StatefulRedisConnection<String, String> near = lab.lettuce(ALONE);
      BlockingQueue<String> invalidated = invalidated(near);
      near.sync().clientTracking(TrackingArgs.Builder.enabled());
      assertThat(near.sync().get("a:k")).isNull();

      lab.lettuce(ALONE).sync().mset(Map.of("a:k", "v", "a:unread", "v"));

      assertThat(next(invalidated)).isEqualTo("a:k");
      near.sync().ping();
      assertThat(invalidated).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void broadcastNamesKeysThatNoPatternOfTheUserAllows(Engine engine) throws Exception {
    try (TenantLab lab = new TenantLab(engine, ALONE, B)) {
      StatefulRedisConnection<String, String> spy = lab.lettuce(ALONE);
      BlockingQueue<String> invalidated = invalidated(spy);
      spy.sync().clientTracking(TrackingArgs.Builder.enabled().bcast());

      lab.session(B).call("SET", "b:account:4711", "v");

      assertThat(next(invalidated)).isEqualTo("b:account:4711");
    }
  }

  @ParameterizedTest
  @EnumSource
  void neitherAFirstArgumentNorASelectorPartsBroadcastFromTheRest(Engine engine) throws Exception {
    try (TenantLab lab = new TenantLab(engine)) {
      assertThatThrownBy(() -> lab.root.call("ACL", "SETUSER", "t", "+client|tracking|on"))
          .hasMessageContaining("ACL SETUSER");
      String password = "#" + TenantLab.PASSWORD.sha256Hex();
      lab.root.call("ACL", "SETUSER", "t", "on", password, "(~a:* +client|tracking)");
      assertThat(dryRun(lab, "t", "CLIENT", "TRACKING", "ON", "BCAST", "PREFIX", "b:"))
          .isEqualTo("OK");
    }
  }

  private static @Nullable Object dryRun(TenantLab lab, String user, String... words)
      throws Exception {
    String[] question = new String[words.length + 3];
    question[0] = "ACL";
    question[1] = "DRYRUN";
    question[2] = user;
    System.arraycopy(words, 0, question, 3, words.length);
    return lab.root.call(question);
  }

  /** Why AclChange deletes a user whose rights shrink instead of setting it anew. */
  @ParameterizedTest
  @EnumSource
  void aSessionThatTracksGoesOnToDoSoWhenTheRightIsTakenButNotWhenTheUserIsMadeAnew(Engine engine)
      throws Exception {
    try (TenantLab lab = new TenantLab(engine, ALONE, B)) {
      RespClient operator = lab.operator();
      StatefulRedisConnection<String, String> spy = lab.lettuce(ALONE);
      BlockingQueue<String> invalidated = invalidated(spy);
      spy.sync().clientTracking(TrackingArgs.Builder.enabled().bcast());
      List<AclUser> wanted = new ArrayList<>(lab.systemUsers());
      wanted.addAll(List.of(BESIDE_OTHERS, B));
      AclChange change = AclChange.between(wanted, AclListing.of(lab.list(operator)));
      assertThat(change.steps())
          .extracting(Object::toString)
          .containsExactly("delete " + ALONE.name(), "set " + ALONE.name());

      operator.call(change.steps().getLast().words().toArray(String[]::new));
      lab.session(B).call("SET", "b:1", "v");
      assertThat(next(invalidated)).as("after the right was taken").isEqualTo("b:1");

      for (AclChange.Step step : change.steps()) {
        operator.call(step.words().toArray(String[]::new));
      }
      await().atMost(Duration.ofSeconds(5)).until(() -> !spy.isOpen());
      lab.session(B).call("SET", "b:2", "v");
      assertThat(invalidated).isEmpty();
      assertThat(AclChange.between(wanted, AclListing.of(lab.list(operator))).isEmpty()).isTrue();
    }
  }
}
