package dev.cachecluster.operator.acl;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachecluster.operator.acl.HostileStrings.Parts;
import dev.cachecluster.operator.acl.ServerUser.Slot;
import dev.cachecluster.operator.engine.Engine;
import dev.cachecluster.operator.engine.RespClient;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * No string smuggles a second rule, user or command: it is refused, or means just itself. The full
 * form is {@code -Djqwik.tries.default=10000 -Dhostile.accepted=300}.
 */
class HostileStringsTest {
  private static final int ACCEPTED = Integer.getInteger("hostile.accepted", 50);

  @Provide
  Arbitrary<Parts> parts() {
    return Arbitraries.randomValue(Parts::next);
  }

  @Provide
  Arbitrary<String> strings() {
    return Arbitraries.randomValue(HostileStrings::next);
  }

  private static <T> Optional<T> accepted(Supplier<T> made) {
    try {
      return Optional.of(made.get());
    } catch (IllegalArgumentException refused) {
      assertThat(refused.getMessage()).matches("[ -~]{1,300}");
      return Optional.empty();
    }
  }

  @Property
  void aUserIsRefusedOrItsLineSaysJustWhatItIs(@ForAll("parts") Parts parts) {
    accepted(parts::user)
        .ifPresent(
            user -> {
              String file = AclFile.render(List.of(user));
              assertThat(AclFile.parse(file)).containsExactly(user);
              // Read as servers do, and not by our own parser: lines, and words between spaces.
              String[] lines = file.split("\n", -1);
              assertThat(lines).hasSize(3).endsWith("");
              List<String> words = new ArrayList<>(List.of("user", parts.name(), "on"));
              parts.digests().forEach(d -> words.add("#" + d));
              if (parts.digests().isEmpty()) {
                words.add("nopass");
              }
              words.add("resetkeys");
              new TreeSet<>(parts.keys()).forEach(k -> words.add("~" + k));
              words.add("resetchannels");
              new TreeSet<>(parts.channels()).forEach(c -> words.add("&" + c));
              words.add("-@all");
              words.addAll(parts.rules());
              assertThat(lines[1].split(" ", -1)).containsExactlyElementsOf(words);
              assertThat(lines[1]).matches("[ -~]+");
              assertThat(parts.rules()).doesNotContain("+@all", "nopass", "allcommands");
            });
  }

  @Property
  void aServerUserIsRefusedOrReadBack(
      @ForAll("strings") String one, @ForAll("strings") String two) {
    accepted(() -> new ServerUser(one, two, Slot.A))
        .ifPresent(user -> assertThat(ServerUser.parse(user.serverName())).contains(user));
    ServerUser.parse(one).ifPresent(user -> assertThat(user.serverName()).isEqualTo(one));
  }

  @Property
  void whatAServerMayListIsReadWithoutAnError(@ForAll("strings") String line) {
    AclListing listed = AclListing.of(List.of("user u on -@all", line));
    assertThat(AclChange.between(List.of(), listed).steps())
        .allMatch(
            step -> !SystemUsers.NAMES.contains(step.user()) || step.words().contains("reset"));
  }

  private static List<AclUser> someAccepted() {
    Random random = new Random(4711);
    Map<String, AclUser> users = new LinkedHashMap<>();
    while (users.size() < ACCEPTED) {
      Parts parts = Parts.next(random);
      accepted(parts::user)
          .filter(user -> isOdd(user) && !SystemUsers.NAMES.contains(user.name()))
          .ifPresent(user -> users.put(user.name(), user));
    }
    return List.copyOf(users.values());
  }

  private static boolean isOdd(AclUser user) {
    return !user.name().startsWith("shop.")
        || !user.keys().equals(List.of("k:*"))
        || !user.channels().isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void theServerReadsWhatIsAcceptedAsItWasMeantFromTheFile(Engine engine) throws Exception {
    List<AclUser> users = someAccepted();
    try (TenantLab lab = new TenantLab(engine, users.toArray(AclUser[]::new))) {
      lab.reload();
      assertModel(lab, users);
    }
  }

  @ParameterizedTest
  @EnumSource
  void theServerReadsWhatIsAcceptedAsItWasMeantOneByOne(Engine engine) throws Exception {
    List<AclUser> users = someAccepted();
    try (TenantLab lab = new TenantLab(engine)) {
      RespClient operator = lab.operator();
      List<AclUser> wanted = new ArrayList<>(lab.systemUsers());
      wanted.addAll(users);
      AclChange change = AclChange.between(wanted, AclListing.of(lab.list(operator)));
      assertThat(change.steps()).hasSize(users.size());
      for (AclChange.Step step : change.steps()) {
        operator.call(step.words().toArray(String[]::new));
      }
      assertModel(lab, users);
    }
  }

  private static void assertModel(TenantLab lab, List<AclUser> users) throws Exception {
    List<AclUser> wanted = new ArrayList<>(lab.systemUsers());
    wanted.addAll(users);
    List<String> listed = lab.list(lab.root);
    assertThat(listed).hasSize(wanted.size() + 1);
    assertThat(AclChange.between(wanted, AclListing.of(listed)).steps()).isEmpty();
    for (AclUser user : users) {
      List<?> said = (List<?>) Objects.requireNonNull(lab.root.call("ACL", "GETUSER", user.name()));
      assertThat(words(said, "keys")).as("keys of %s", user).isEqualTo(signed("~", user.keys()));
      assertThat(words(said, "channels"))
          .as("channels of %s", user)
          .isEqualTo(signed("&", user.channels()));
      assertThat(field(said, "selectors")).isEqualTo(List.of());
      assertThat(TenantLab.strings(field(said, "flags"))).doesNotContain("off");
    }
  }

  private static Object field(List<?> pairs, String name) {
    return Objects.requireNonNull(pairs.get(pairs.indexOf(name) + 1));
  }

  private static Set<String> words(List<?> pairs, String name) {
    TreeSet<String> words =
        new TreeSet<>(Arrays.asList(((String) field(pairs, name)).split(" ", -1)));
    words.remove("");
    return words;
  }

  private static Set<String> signed(String sign, List<String> patterns) {
    TreeSet<String> words = new TreeSet<>();
    patterns.forEach(pattern -> words.add(sign + pattern));
    return words;
  }
}
