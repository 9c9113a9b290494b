package dev.cachecluster.operator.acl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.cachecluster.operator.acl.AclUser.Credentials;
import dev.cachecluster.operator.acl.ServerUser.Slot;
import dev.cachecluster.operator.engine.Engine;
import dev.cachecluster.operator.engine.RespClient;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is written, said and listed: the same to us and to real servers. */
class AccessListOnServersTest {
  private static final AclUser CART = TenantLab.tenant("shop", "a:", new Role.ReadWrite(), true);
  private static final AclUser LEDGER = TenantLab.tenant("bank", "b:", new Role.ReadOnly(), true);

  private static void apply(RespClient session, AclChange change) throws IOException {
    for (AclChange.Step step : change.steps()) {
      session.call(step.words().toArray(String[]::new));
    }
  }

  private static AclChange missing(TenantLab lab, RespClient session, List<AclUser> wanted)
      throws IOException {
    return AclChange.between(wanted, AclListing.of(lab.list(session)));
  }

  private static List<AclUser> with(TenantLab lab, AclUser... users) {
    List<AclUser> all = new ArrayList<>(lab.systemUsers());
    all.addAll(List.of(users));
    return all;
  }

  @ParameterizedTest
  @EnumSource
  void whatTheServerListsEqualsTheFileWeWroteUserByUser(Engine engine) throws Exception {
    try (TenantLab lab = new TenantLab(engine, CART, LEDGER)) {
      List<AclUser> wanted = with(lab, CART, LEDGER);
      List<String> listed = lab.list(lab.root);
      assertThat(listed).hasSize(wanted.size() + 1);
      assertThat(AclListing.of(listed).digest()).isEqualTo(AclListing.wanted(wanted).digest());
      AclListing.wanted(wanted)
          .users()
          .forEach(
              (name, entry) ->
                  assertThat(AclListing.of(listed).users().get(name))
                      .as("%s%n%s", entry.line(), listed)
                      .extracting(AclListing.Entry::digest)
                      .isEqualTo(entry.digest()));
      assertThat(AclDigest.ofServer(listed)).isEqualTo(AclDigest.ofFile(AclFile.render(wanted)));
      assertThat(AclListing.wanted(with(lab, CART)).digest())
          .isNotEqualTo(AclListing.of(listed).digest());
    }
  }

  /** Redis 7.0 finds words of its own for each of them. */
  @ParameterizedTest
  @EnumSource
  void everyRoleIsRecognisedInWhatTheServerMakesOfIt(Engine engine) throws Exception {
    List<AclUser> users = new ArrayList<>();
    for (boolean shared : List.of(true, false)) {
      users.add(numbered(users.size(), new Role.ReadOnly(), shared));
      users.add(numbered(users.size(), new Role.ReadWrite(), shared));
    }
    List<Category> categories = List.of(Category.values());
    for (int bits = 1; bits < 1 << categories.size(); bits += 37) {
      Set<Category> some = EnumSet.noneOf(Category.class);
      for (int at = 0; at < categories.size(); at++) {
        if ((bits >> at & 1) == 1) {
          some.add(categories.get(at));
        }
      }
      users.add(numbered(users.size(), new Role.Custom(some), bits % 2 == 0));
    }
    assertThat(users).hasSizeGreaterThan(400);
    try (TenantLab lab = new TenantLab(engine, users.toArray(AclUser[]::new))) {
      List<AclUser> wanted = with(lab, users.toArray(AclUser[]::new));
      assertThat(missing(lab, lab.root, wanted).steps()).isEmpty();
      lab.reload();
      assertThat(missing(lab, lab.root, wanted).steps()).isEmpty();
    }
  }

  private static AclUser numbered(int number, Role role, boolean shared) {
    return new Rights(List.of("k" + number + ":*"), List.of("c"), role)
        .user(
            new ServerUser("n", "u" + number, Slot.A),
            Credentials.password(TenantLab.PASSWORD),
            shared);
  }

  /** Not only that the words are right: the operator's own user may say them, and no more. */
  @ParameterizedTest
  @EnumSource
  void theOperatorsUserChangesUsersOneByOneAndNobodyElsesSessionsEnd(Engine engine)
      throws Exception {
    try (TenantLab lab = new TenantLab(engine, LEDGER)) {
      RespClient operator = lab.operator();
      RespClient bystander = lab.session(LEDGER);
      List<AclUser> wanted = with(lab, CART, LEDGER);

      AclChange first = missing(lab, operator, wanted);
      assertThat(first.steps()).hasToString("[set " + CART.name() + "]");
      apply(operator, first);
      assertThat(missing(lab, operator, wanted).isEmpty()).isTrue();
      assertThat(lab.session(CART).call("SET", "a:k", "v")).isEqualTo("OK");

      RespClient leaving = lab.session(CART);
      apply(operator, missing(lab, operator, with(lab, LEDGER)));
      await()
          .atMost(Duration.ofSeconds(5))
          .ignoreExceptionsInstanceOf(RespClient.ErrorReply.class)
          .untilAsserted(
              () ->
                  assertThatThrownBy(() -> leaving.call("PING"))
                      .isInstanceOf(IOException.class)
                      .isNotInstanceOf(RespClient.ErrorReply.class));
      assertThatThrownBy(() -> lab.session(CART)).hasMessageStartingWith("WRONGPASS");
      assertThat(bystander.call("PING")).isEqualTo("PONG");
      assertThat(missing(lab, operator, with(lab, LEDGER)).isEmpty()).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource
  void whoGrowsKeepsItsSessionAndWhoShrinksLosesIt(Engine engine) throws Exception {
    try (TenantLab lab = new TenantLab(engine, CART)) {
      RespClient operator = lab.operator();
      RespClient session = lab.session(CART);
      AclUser more =
          new AclUser(
              CART.name(),
              CART.credentials(),
              List.of("a:*", "z:*"),
              CART.channels(),
              CART.commands());

      apply(operator, missing(lab, operator, with(lab, more)));
      assertThat(session.call("SET", "z:k", "v")).isEqualTo("OK");

      apply(operator, missing(lab, operator, with(lab, CART)));
      assertThatThrownBy(() -> session.call("GET", "a:k"))
          .isInstanceOf(IOException.class)
          .isNotInstanceOf(RespClient.ErrorReply.class);
      assertThatThrownBy(() -> lab.session(CART).call("GET", "z:k"))
          .hasMessageStartingWith("NOPERM");
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatSomebodyChangedByHandIsSeenAndMended(Engine engine) throws Exception {
    try (TenantLab lab = new TenantLab(engine, CART, LEDGER)) {
      RespClient operator = lab.operator();
      List<AclUser> wanted = with(lab, CART, LEDGER);
      for (List<String> tampering :
          List.of(
              List.of("default", "on", "nopass", "~*", "+@all"),
              List.of(LEDGER.name(), "+set"),
              List.of(LEDGER.name(), "~*"),
              List.of(LEDGER.name(), "&*"),
              List.of(LEDGER.name(), "nopass"),
              List.of(LEDGER.name(), ">another"),
              List.of(LEDGER.name(), "off"),
              List.of(LEDGER.name(), "+@all"),
              List.of(LEDGER.name(), "(~* +get)"),
              List.of(LEDGER.name(), "+scan"),
              List.of(LEDGER.name(), "-get"),
              List.of(LEDGER.name(), "skip-sanitize-payload"),
              List.of("_probe", "+config|get"),
              List.of("_stranger", "on", "nopass", "~*", "+@all"))) {
        List<String> words = new ArrayList<>(List.of("ACL", "SETUSER"));
        words.addAll(tampering);
        lab.root.call(words.toArray(String[]::new));

        AclChange change = missing(lab, operator, wanted);
        assertThat(change.steps())
            .as(tampering.toString())
            .isNotEmpty()
            .allMatch(step -> step.user().equals(tampering.getFirst()));
        apply(operator, change);
        assertThat(missing(lab, operator, wanted).steps()).as(tampering.toString()).isEmpty();
      }
    }
  }
}
