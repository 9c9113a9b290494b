package dev.cachecluster.operator.acl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cachecluster.operator.acl.AclUser.Credentials;
import dev.cachecluster.operator.acl.ServerUser.Slot;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AclChangeTest {
  private static final Secret PASSWORD = Secret.of("password");
  private static final List<AclUser> SYSTEM =
      List.of(
          SystemUsers.operator(PASSWORD), SystemUsers.replication(PASSWORD), SystemUsers.probe());
  private static final Rights CART = new Rights(List.of("cart:*"), List.of(), new Role.ReadWrite());

  private static AclUser cart(Rights rights, Slot slot, Secret password, boolean shared) {
    ServerUser who = new ServerUser("shop", "cart", slot);
    return rights.user(who, Credentials.password(password), shared);
  }

  private static AclUser cart(Rights rights) {
    return cart(rights, Slot.A, PASSWORD, true);
  }

  private static List<AclUser> with(AclUser... users) {
    List<AclUser> all = new ArrayList<>(SYSTEM);
    all.addAll(List.of(users));
    return all;
  }

  private static List<String> change(List<AclUser> wanted, AclListing listed) {
    return AclChange.between(wanted, listed).steps().stream().map(Object::toString).toList();
  }

  private static List<String> change(List<AclUser> wanted, List<AclUser> listed) {
    return change(wanted, AclListing.wanted(listed));
  }

  @Test
  void nothingIsSaidWhereEverythingIsAsWanted() {
    assertThat(change(with(cart(CART)), with(cart(CART)))).isEmpty();
    assertThat(AclChange.between(SYSTEM, AclListing.wanted(SYSTEM)).isEmpty()).isTrue();
  }

  @Test
  void aNewUserIsSetAndALeftOverOneDeleted() {
    AclUser b = cart(CART, Slot.B, PASSWORD, true);
    assertThat(change(with(cart(CART)), SYSTEM)).containsExactly("set shop.cart~a");
    assertThat(change(SYSTEM, with(cart(CART)))).containsExactly("delete shop.cart~a");
    assertThat(change(with(b), with(cart(CART))))
        .containsExactly("delete shop.cart~a", "set shop.cart~b");
  }

  @Test
  void aUserIsSetWithHashesAndFromNothing() {
    AclChange change = AclChange.between(with(cart(CART)), AclListing.wanted(SYSTEM));
    List<String> words = change.steps().getFirst().words();
    assertThat(words)
        .startsWith("ACL", "SETUSER", "shop.cart~a", "reset", "on", "#" + PASSWORD.sha256Hex())
        .contains("~cart:*", "-@all", "+@read")
        .doesNotContain("nopass", ">password");
    assertThat(change.steps().getFirst()).hasToString("set shop.cart~a");
  }

  @Test
  void whoGrowsKeepsItsSessionsAndWhoShrinksIsMadeAnew() {
    Rights more = new Rights(List.of("cart:*", "c2:*"), List.of("cart:*"), CART.role());
    Rights reader = new Rights(CART.keys(), CART.channels(), new Role.ReadOnly());
    Rights other = new Rights(List.of("other:*"), List.of(), CART.role());
    Rights allKeys = new Rights(List.of("*"), List.of(), CART.role());
    List<String> set = List.of("set shop.cart~a");
    List<String> anew = List.of("delete shop.cart~a", "set shop.cart~a");

    assertThat(change(with(cart(more)), with(cart(CART)))).isEqualTo(set);
    assertThat(change(with(cart(CART)), with(cart(more)))).isEqualTo(anew);
    assertThat(change(with(cart(other)), with(cart(CART)))).isEqualTo(anew);
    assertThat(change(with(cart(allKeys)), with(cart(CART)))).isEqualTo(set);
    assertThat(change(with(cart(CART)), with(cart(allKeys)))).isEqualTo(anew);
    assertThat(change(with(cart(reader)), with(cart(CART)))).isEqualTo(anew);
    // A reader hears channels of the same patterns, and may do nothing that a writer may not.
    assertThat(change(with(cart(CART)), with(cart(reader)))).isEqualTo(set);
  }

  @Test
  void aPasswordThatIsTakenAwayEndsTheSessionsThatCameByIt() {
    AclUser next = cart(CART, Slot.A, Secret.of("another"), true);
    assertThat(change(with(next), with(cart(CART))))
        .containsExactly("delete shop.cart~a", "set shop.cart~a");
  }

  @Test
  void whenASecondTenantComesTheFirstLosesTrackingBeforeTheSecondIsThere() {
    AclUser alone = cart(CART, Slot.A, PASSWORD, false);
    AclUser second =
        new Rights(List.of("a:*"), List.of(), new Role.ReadOnly())
            .user(new ServerUser("bank", "ledger", Slot.A), Credentials.password(PASSWORD), true);
    assertThat(change(with(cart(CART), second), with(alone)))
        .containsExactly("delete shop.cart~a", "set shop.cart~a", "set bank.ledger~a");
    assertThat(change(with(alone), with(cart(CART), second)))
        .containsExactly("delete bank.ledger~a", "set shop.cart~a");
  }

  @Test
  void systemUsersAreMendedButNeverDeleted() {
    assertThat(change(List.of(), with(cart(CART)))).containsExactly("delete shop.cart~a");
    AclUser more =
        new AclUser(
            SystemUsers.PROBE,
            new Credentials.CertificateOnly(),
            List.of("*"),
            List.of(),
            List.of("+get", "+ping", "+role"));
    List<AclUser> listed = new ArrayList<>(SYSTEM);
    listed.remove(SystemUsers.probe());
    listed.add(more);
    assertThat(change(SYSTEM, listed)).containsExactly("set _probe");
  }

  @Test
  void aUserThatIsNobodysIsDeletedWhateverItsName() {
    List<String> lines =
        List.of(
            "user default off ~* &* +@all", "user _evil on nopass ~* +@all", "user app on -@all");
    assertThat(change(List.of(), AclListing.of(lines)))
        .containsExactly("delete _evil", "delete app");
  }

  @Test
  void theBuiltInUserIsSwitchedOffAgain() {
    List<String> lines = List.of("user default on nopass sanitize-payload ~* &* +@all");
    AclChange change = AclChange.between(List.of(), AclListing.of(lines));
    assertThat(change.steps().getFirst().words())
        .containsExactly("ACL", "SETUSER", "default", "reset", "~*", "&*", "+@all");
  }

  @Test
  void oneUsersDifferenceIsOneUsersDifference() {
    List<AclUser> many = new ArrayList<>(SYSTEM);
    for (int n = 0; n < 1000; n++) {
      many.add(
          CART.user(
              new ServerUser("shop", "user-" + n, Slot.A), Credentials.password(PASSWORD), true));
    }
    List<AclUser> changed = new ArrayList<>(many);
    changed.set(
        SYSTEM.size() + 496,
        new Rights(List.of("x:*"), List.of(), CART.role())
            .user(
                new ServerUser("shop", "user-" + 496, Slot.A),
                Credentials.password(PASSWORD),
                true));
    assertThat(change(changed, many))
        .containsExactly("delete shop.user-496~a", "set shop.user-496~a");
  }

  @Test
  void aUserThatIsWantedTwiceIsAMistake() {
    assertThatThrownBy(() -> change(with(cart(CART), cart(CART)), SYSTEM))
        .hasMessageContaining("twice");
  }

  @Test
  void digestsOfPasswordsAreNotPrinted() {
    AclListing listed = AclListing.wanted(with(cart(CART)));
    AclChange change = AclChange.between(with(cart(CART)), AclListing.of(List.of()));
    assertThat(listed.toString() + change).doesNotContain(PASSWORD.sha256Hex());
  }
}
