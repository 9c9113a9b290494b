package dev.cachecluster.operator.acl;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cachecluster.operator.acl.AclUser.Credentials;
import dev.cachecluster.operator.acl.ServerUser.Slot;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class RoleTest {
  private static final Credentials PASSWORD = Credentials.password(Secret.of("password"));
  private static final Role READ_ONLY = new Role.ReadOnly();
  private static final Role READ_WRITE = new Role.ReadWrite();
  private static final Role EVERYTHING = new Role.Custom(EnumSet.allOf(Category.class));

  /** Of a Secret, less what else lies in it: the system users and the replication password. */
  private static final int ROOM = 1024 * 1024 - 4096;

  private static int bytes(Role role) {
    return String.join(" ", role.commands(true)).getBytes(UTF_8).length;
  }

  private static AclUser user(String namespace, String name, Slot slot, String key, Role role) {
    return new Rights(List.of(key), List.of("c:*"), role)
        .user(new ServerUser(namespace, name, slot), PASSWORD, true);
  }

  @Test
  void theRulesAreAsShortAsIsSaid() {
    assertThat(Math.max(bytes(READ_ONLY), bytes(READ_WRITE))).isEqualTo(183);
    assertThat(bytes(EVERYTHING)).isEqualTo(333);
    AclUser user = user("n", "u", Slot.A, "k", READ_WRITE);
    int line = AclFile.render(List.of(user)).lines().skip(1).findFirst().orElseThrow().length() + 1;
    int variable = "n.u~a".length() + "k".length() + "c:*".length() + bytes(READ_WRITE);
    assertThat(line - variable).isEqualTo(110);
  }

  @Test
  void aThousandUsersWithTwoLinesEachFitIntoOneSecret() {
    assertThat(fileOfAThousand(READ_ONLY, 229)).isLessThanOrEqualTo(ROOM);
    assertThat(fileOfAThousand(READ_WRITE, 229)).isLessThanOrEqualTo(ROOM);
    assertThat(fileOfAThousand(EVERYTHING, 79)).isLessThanOrEqualTo(ROOM);
  }

  /**
   * @param variable bytes of name and patterns of each user
   */
  private static int fileOfAThousand(Role role, int variable) {
    String namespace = "team-of-thirty-three-characters-x";
    String key =
        "k".repeat(variable - namespace.length() - ".user-1000~a".length() - "c:*".length());
    List<AclUser> users = new ArrayList<>();
    for (int n = 1000; n < 2000; n++) {
      for (Slot slot : Slot.values()) {
        users.add(user(namespace, "user-" + n, slot, key, role));
      }
    }
    return AclFile.render(users).getBytes(UTF_8).length;
  }

  @Test
  void trackingIsTakenAwayOnlyBesideOtherTenants() {
    for (Role role : List.of(READ_ONLY, READ_WRITE, EVERYTHING)) {
      assertThat(role.commands(true)).contains("-client|tracking");
      assertThat(role.commands(false)).doesNotContain("-client|tracking");
      List<String> alone = CommandRules.of(role.commands(false)).names();
      List<String> shared = CommandRules.of(role.commands(true)).names();
      assertThat(alone).contains("client|tracking").containsAll(shared);
      assertThat(alone).hasSize(shared.size() + 1);
    }
  }

  @Test
  void aReaderMayNothingThatAWriterMayNot() {
    assertThat(CommandRules.of(READ_WRITE.commands(true)).names())
        .containsAll(CommandRules.of(READ_ONLY.commands(true)).names());
    assertThat(CommandRules.of(READ_ONLY.commands(true)).names())
        .doesNotContain("publish", "spublish", "set", "fcall", "eval");
  }

  /** Only SCRIPTING brings what ReadWrite has not. */
  @ParameterizedTest
  @EnumSource
  void aCategoryBringsOnlyWhatIsAboutData(Category category) {
    List<String> beyond =
        new ArrayList<>(CommandRules.of(new Role.Custom(Set.of(category)).commands(true)).names());
    beyond.removeAll(CommandRules.of(READ_WRITE.commands(true)).names());
    if (category == Category.SCRIPTING) {
      assertThat(beyond)
          .containsExactlyInAnyOrder(
              "eval", "eval_ro", "evalsha", "evalsha_ro", "script|exists", "script|load");
    } else {
      beyond.removeIf(name -> name.endsWith("|help") || isContainer(name));
      assertThat(beyond).isEmpty();
    }
    assertThat(Category.of(category.word())).contains(category);
  }

  /** Of a container nothing is run but its subcommands. */
  private static boolean isContainer(String name) {
    return KnownCommands.REDIS_7_0.names().stream().anyMatch(n -> n.startsWith(name + "|"));
  }

  @Test
  void aCategoryThatIsNotOnTheListIsNone() {
    for (String word : List.of("all", "admin", "dangerous", "connection", "READ", "@read", "")) {
      assertThat(Category.of(word)).as(word).isEmpty();
    }
    assertThatThrownBy(() -> new Role.Custom(Set.of()))
        .hasMessageContaining("at least one category");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "*",
        "_*",
        "__*",
        "__key*",
        "__keyspace@0__:*",
        "__keyspace@0__:b:*",
        "__keyevent@0__:set",
        "__keyevent@*",
        "?_keyevent@0__:set",
        "[_]_keyevent@0__:set",
        "\\__keyevent@0__:set",
        "__keyspace@1__:a:*"
      })
  void aChannelThatNamesKeysOfOthersIsRefusedBesideThem(String channel) {
    Rights rights = new Rights(List.of("a:*"), List.of("a:*", channel), READ_WRITE);
    ServerUser who = new ServerUser("shop", "cart", Slot.A);
    assertThatThrownBy(() -> rights.user(who, PASSWORD, true))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("__keyspace@0__:<one of your key patterns>");
    if (!channel.equals("*")) {
      assertThat(rights.user(who, PASSWORD, false).channels()).contains(channel);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"a:*", "news", "_", "__k", "_key*", "__keyspace@0__:a:*", "a__key*"})
  void aChannelOfItsOwnIsNot(String channel) {
    Rights rights = new Rights(List.of("a:*"), List.of(channel), READ_WRITE);
    assertThat(rights.problemIfShared()).isEmpty();
  }
}
