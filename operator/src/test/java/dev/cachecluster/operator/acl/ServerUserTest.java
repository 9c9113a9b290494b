package dev.cachecluster.operator.acl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cachecluster.operator.acl.ServerUser.Slot;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServerUserTest {

  @ParameterizedTest
  @CsvSource({
    "shop, cart, A, shop.cart~a",
    "shop, cart, B, shop.cart~b",
    "shop-1, cart.v2.api, A, shop-1.cart.v2.api~a",
    "1, 2, B, 1.2~b"
  })
  void aNameIsReadAsItWasWritten(String namespace, String name, Slot slot, String serverName) {
    ServerUser user = new ServerUser(namespace, name, slot);
    assertThat(user.serverName()).isEqualTo(serverName);
    assertThat(ServerUser.parse(serverName)).contains(user);
  }

  @Test
  void theLongestNamesOfKubernetesFit() {
    String label = "a".repeat(63);
    String subdomain = ("b".repeat(63) + ".").repeat(3) + "c".repeat(61);
    ServerUser user = new ServerUser(label, subdomain, Slot.B);
    assertThat(ServerUser.parse(user.serverName())).contains(user);
    assertThat(
            new Rights(List.of("k"), List.of(), new Role.ReadOnly())
                .user(user, AclUser.Credentials.password(Secret.of("p")), true)
                .name())
        .hasSize(319);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "default",
        "app",
        "_operator",
        "_a.b~a",
        "shop.cart",
        "shop.cart~c",
        "shop.cart~A",
        "shop.cart~a~b",
        ".cart~a",
        "shop.~a",
        "shop~a",
        "Shop.cart~a",
        "shop.cart~a\n",
        "shop.ca rt~a",
        "shop.-cart~a",
        "-shop.cart~a",
        "shop..cart~a",
        "sh\u043ep.cart~a"
      })
  void aNameOfAnotherFormIsNoApplications(String serverName) {
    assertThat(ServerUser.parse(serverName)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a.b", "_a", "A", "a~", "a\n", "a b", "-a", "a-", "\u0430"})
  void aNamespaceThatIsNoneIsRefused(String namespace) {
    assertThatThrownBy(() -> new ServerUser(namespace, "cart", Slot.A))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a~b", "_a", "A", "a\n", "a b", "-a", "a.", ".a", "a..b", "\u0430"})
  void aCacheUsersNameThatIsNoneIsRefused(String name) {
    assertThatThrownBy(() -> new ServerUser("shop", name, Slot.A))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void namesThatAreTooLongAreRefused() {
    assertThatThrownBy(() -> new ServerUser("a".repeat(64), "cart", Slot.A))
        .hasMessageContaining("at most 63");
    assertThatThrownBy(() -> new ServerUser("shop", "a".repeat(254), Slot.A))
        .hasMessageContaining("at most 253");
    assertThat(Slot.A.other()).isEqualTo(Slot.B);
    assertThat(Slot.B.other()).isEqualTo(Slot.A);
  }
}
