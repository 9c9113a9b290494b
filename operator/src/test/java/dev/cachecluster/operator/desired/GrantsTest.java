package dev.cachecluster.operator.desired;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachecluster.api.v1alpha1.CacheUserSpec;
import dev.cachecluster.api.v1alpha1.ClusterReference;
import dev.cachecluster.api.v1alpha1.RotationSpec;
import dev.cachecluster.api.v1alpha1.SelectorSpec;
import dev.cachecluster.api.v1alpha1.UserAccessSpec;
import dev.cachecluster.api.v1alpha1.UserAccessType;
import dev.cachecluster.operator.acl.AclUser;
import dev.cachecluster.operator.acl.Secret;
import dev.cachecluster.operator.acl.ServerUser.Slot;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class GrantsTest {
  private static final Grant CART =
      grant("shop", "cart", UserAccessType.READ_WRITE, List.of("cart:*"));
  private static final Grant BILLS =
      grant("billing", "bills", UserAccessType.READ_ONLY, List.of("bill:*"));
  private static final Grant EXPORTER =
      grant("monitoring", "exporter", UserAccessType.METRICS, null);

  private static Grant grant(
      String namespace, String name, UserAccessType type, @Nullable List<String> keys) {
    return new Grant(
        new UserKey(namespace, name),
        "uid-of-" + name,
        new CacheUserSpec(
            new ClusterReference("demo", "caches"),
            keys,
            null,
            new UserAccessSpec(type, null),
            new SelectorSpec(Map.of("app", name), null),
            RotationSpec.DEFAULTS),
        Map.of(Slot.A, Secret.of("of-" + name)),
        Slot.A,
        Optional.of(Instant.EPOCH),
        new Grant.Rotation.Idle(),
        Grant.Tokens.NONE);
  }

  private static List<String> commands(String name, Grant... grants) {
    return Grants.of(List.of(grants), Set.of(), Set.of()).users().stream()
        .filter(user -> user.name().equals(name))
        .map(AclUser::commands)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aSecondTenantTakesTrackingAway() {
    assertThat(commands("shop.cart~a", CART)).doesNotContain("-client|tracking");
    assertThat(commands("shop.cart~a", CART, BILLS)).contains("-client|tracking");
  }

  /** It has no key whose name tracking could show to others, and is shown none. */
  @Test
  void anExporterOfMetricsIsNoTenant() {
    assertThat(commands("shop.cart~a", CART, EXPORTER)).doesNotContain("-client|tracking");
  }

  @Test
  void anExporterOfMetricsHasNoKeyNoChannelAndItsOwnCommandsAlone() {
    var exporter =
        Grants.of(List.of(CART, BILLS, EXPORTER), Set.of(), Set.of()).users().stream()
            .filter(user -> user.name().equals("monitoring.exporter~a"))
            .findFirst()
            .orElseThrow();
    assertThat(exporter.keys()).isEmpty();
    assertThat(exporter.channels()).isEmpty();
    assertThat(exporter.commands())
        .contains("+info")
        .noneMatch(rule -> rule.contains("@") || rule.startsWith("-"));
  }

  @Test
  void whoHasAllKeysAndAnExporterGoTogether() {
    var all = grant("shop", "cart", UserAccessType.READ_WRITE, List.of("*"));
    assertThat(Grants.of(List.of(all, EXPORTER), Set.of(), Set.of()).refused()).isEmpty();
    assertThat(Grants.of(List.of(all, BILLS), Set.of(), Set.of()).refused()).hasSize(1);
  }
}
