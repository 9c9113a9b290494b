package dev.cachecluster.operator.acl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cachecluster.operator.acl.AclUser.Credentials;
import dev.cachecluster.operator.acl.AclUser.Credentials.CertificateOnly;
import dev.cachecluster.operator.acl.AclUser.Credentials.PasswordDigests;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AclFileTest {
  private static final List<String> COMMANDS =
      List.of(
          "+@read",
          "+@write",
          "-@admin",
          "+get",
          "-set",
          "+config|get",
          "+client|no-evict",
          "-keys",
          "+acl|list");

  private static AclUser named(String name) {
    return new AclUser(name, new CertificateOnly(), List.of(), List.of(), List.of());
  }

  @Test
  void theBuiltInUserIsOffBeforeAnythingElseIsSaid() {
    assertThat(AclFile.render(List.of(named("a"))).lines())
        .containsExactly(
            "user default off resetpass ~* &* +@all",
            "user a on nopass resetkeys resetchannels -@all");
  }

  @Test
  void aPasswordIsWrittenAsItsDigestOnly() {
    String text = AclFile.render(List.of(SystemUsers.operator(Secret.of("abc"))));
    assertThat(text)
        .doesNotContain("abc ")
        .contains(" #ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad ");
  }

  @Test
  void whatIsRenderedIsReadBackTheSame() {
    for (int seed = 0; seed < 5000; seed++) {
      List<AclUser> users = users(new Random(seed));
      assertThat(AclFile.parse(AclFile.render(users))).as("seed %d", seed).isEqualTo(users);
    }
  }

  @Test
  void noOrderOfUsersChangesTheTextOrTheDigest() {
    for (int seed = 0; seed < 500; seed++) {
      List<AclUser> users = users(new Random(seed));
      List<AclUser> shuffled = new ArrayList<>(users);
      Collections.shuffle(shuffled, new Random(seed));
      assertThat(AclFile.render(shuffled)).isEqualTo(AclFile.render(users));
    }
  }

  @Test
  void everyDifferenceOfRightsChangesTheDigest() {
    for (int seed = 0; seed < 2000; seed++) {
      List<AclUser> one = grantedOnly(users(new Random(seed)));
      List<AclUser> other = grantedOnly(users(new Random(seed + 1L)));
      String first = AclDigest.ofFile(AclFile.render(one));
      String second = AclDigest.ofFile(AclFile.render(other));
      assertThat(first.equals(second)).as("seed %d", seed).isEqualTo(one.equals(other));
    }
  }

  /** Without rules that take away what nobody granted: they make no difference of rights. */
  private static List<AclUser> grantedOnly(List<AclUser> users) {
    return users.stream()
        .map(
            user ->
                new AclUser(
                    user.name(),
                    user.credentials(),
                    user.keys(),
                    user.channels(),
                    user.commands().stream().filter(rule -> rule.startsWith("+")).toList()))
        .toList();
  }

  private static List<AclUser> users(Random random) {
    TreeMap<String, AclUser> users = new TreeMap<>(Comparator.naturalOrder());
    for (int n = random.nextInt(4); n >= 0; n--) {
      String name = "u" + word(random, "abcXYZ019_.~-", 8);
      List<String> digests = new ArrayList<>();
      for (int p = random.nextInt(3); p > 0; p--) {
        digests.add(Secret.of("password " + random.nextInt(1000)).sha256Hex());
      }
      List<String> commands = new ArrayList<>(COMMANDS);
      Collections.shuffle(commands, random);
      Credentials credentials =
          digests.isEmpty() ? new CertificateOnly() : new PasswordDigests(digests);
      // Only as many rules as keep one order: the digest takes orders that mean the same for equal.
      List<String> rules = commands.subList(0, random.nextInt(2));
      users.put(name, new AclUser(name, credentials, globs(random), globs(random), rules));
    }
    return List.copyOf(users.values());
  }

  private static List<String> globs(Random random) {
    List<String> globs = new ArrayList<>();
    for (int n = random.nextInt(3); n > 0; n--) {
      globs.add("k" + word(random, "ab:*?[]^\\#~&@+->|()\"'%{}", 8));
    }
    return globs;
  }

  private static String word(Random random, String letters, int longest) {
    StringBuilder word = new StringBuilder();
    for (int n = random.nextInt(longest); n > 0; n--) {
      word.append(letters.charAt(random.nextInt(letters.length())));
    }
    return word.toString();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "default",
        "a b",
        "a\nuser b on nopass +get",
        "a\r",
        "a\t",
        "a\u0000",
        "\u0430dmin",
        "a+@all",
        "-a",
        "a#",
        "a\u2028b"
      })
  void aNameThatCouldSayMoreThanANameIsRefused(String name) {
    assertThatThrownBy(() -> named(name))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageMatching("[ -~]+");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a b",
        "a +@all",
        "a\nuser b on",
        "a\r",
        "a\u00a0b",
        "\u00e9",
        "a\u0000",
        "a\u2028"
      })
  void aPatternThatCouldSayMoreThanAPatternIsRefused(String glob) {
    assertThatThrownBy(
            () -> new AclUser("a", new CertificateOnly(), List.of(glob), List.of(), List.of()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () -> new AclUser("a", new CertificateOnly(), List.of(), List.of(glob), List.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "+",
        "get",
        "+GET",
        "+get +set",
        "+@all",
        "-@all",
        "allcommands",
        "nopass",
        ">x",
        "#x",
        "~*",
        "+get\n",
        "on",
        "+a|b|c",
        "+@"
      })
  void aRuleThatIsNotOneCommandRuleIsRefused(String rule) {
    assertThatThrownBy(
            () -> new AclUser("a", new CertificateOnly(), List.of(), List.of(), List.of(rule)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void contradictionsAreRefused() {
    assertThatThrownBy(
            () ->
                new AclUser(
                    "a", new CertificateOnly(), List.of(), List.of(), List.of("+get", "-get")))
        .hasMessageContaining("two command rules");
    assertThatThrownBy(
            () ->
                new AclUser(
                    "a",
                    new CertificateOnly(),
                    List.of(),
                    List.of(),
                    List.of("-client|kill", "+client")))
        .hasMessageContaining("undoes one about its subcommand");
    assertThatThrownBy(
            () -> new AclUser("a", new CertificateOnly(), List.of("*", "b"), List.of(), List.of()))
        .hasMessageContaining("covers all others");
    assertThatThrownBy(() -> AclFile.render(List.of(named("a"), named("a"))))
        .hasMessageContaining("twice");
    assertThatThrownBy(() -> new PasswordDigests(List.of("ABC"))).hasMessageContaining("64");
    assertThatThrownBy(() -> new PasswordDigests(List.of())).hasMessageContaining("one is needed");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "user a off nopass resetkeys resetchannels -@all",
        "user a on nopass ~* resetchannels -@all",
        "user a on nopass resetkeys resetchannels -@all ",
        "user a",
        " ",
        ""
      })
  void aLineThatWeDidNotWriteIsNotRead(String line) {
    String head = AclFile.render(List.of());
    assertThat(AclFile.parse(head)).isEmpty();
    assertThatThrownBy(() -> AclFile.parse(head + line + "\n"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "user default on nopass +@all"})
  void aListThatLeavesTheBuiltInUserOnIsNotRead(String head) {
    assertThatThrownBy(() -> AclFile.parse(head)).hasMessageContaining("begins with");
  }
}
