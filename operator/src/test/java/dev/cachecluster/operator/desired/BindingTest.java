package dev.cachecluster.operator.desired;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachecluster.api.v1alpha1.CacheUserSpec;
import dev.cachecluster.api.v1alpha1.ClusterReference;
import dev.cachecluster.api.v1alpha1.EngineType;
import dev.cachecluster.api.v1alpha1.RotationSpec;
import dev.cachecluster.api.v1alpha1.SelectorSpec;
import dev.cachecluster.api.v1alpha1.UserAccessSpec;
import dev.cachecluster.api.v1alpha1.UserAccessType;
import dev.cachecluster.operator.acl.Secret;
import dev.cachecluster.operator.acl.ServerUser.Slot;
import dev.cachecluster.operator.pki.KeyPairPem;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What docs/contracts.md promises of a binding. */
class BindingTest {
  private static Map<String, String> entries(UserAccessType type, @Nullable List<String> keys) {
    var grant =
        new Grant(
            new UserKey("shop", "cart"),
            "uid",
            new CacheUserSpec(
                new ClusterReference("demo", "caches"),
                keys,
                null,
                new UserAccessSpec(type, null),
                new SelectorSpec(Map.of("app", "cart"), null),
                RotationSpec.DEFAULTS),
            Map.of(Slot.A, Secret.of("a"), Slot.B, Secret.of("b")),
            Slot.B,
            Optional.of(Instant.EPOCH),
            new Grant.Rotation.Draining(Instant.EPOCH, Instant.EPOCH),
            Grant.Tokens.NONE);
    var secret =
        new Binding(
                new Names("caches", "demo"),
                EngineType.VALKEY,
                "authority",
                new KeyPairPem("certificate", Secret.of("key")),
                grant)
            .secret();
    assertThat(secret.getMetadata().getName()).isEqualTo("cart-binding");
    assertThat(secret.getMetadata().getNamespace()).isEqualTo("shop");
    assertThat(secret.getType()).isEqualTo("servicebinding.io/valkey");
    var entries = new TreeMap<String, String>();
    secret
        .getData()
        .forEach(
            (key, value) ->
                entries.put(
                    key, new String(Base64.getDecoder().decode(value), StandardCharsets.UTF_8)));
    return entries;
  }

  @Test
  void itHasTheKeysOfTheContractAndNoOthers() {
    assertThat(entries(UserAccessType.READ_WRITE, List.of("cart:*", "stock:*")))
        .containsExactlyInAnyOrderEntriesOf(
            Map.ofEntries(
                Map.entry("type", "valkey"),
                Map.entry("provider", "cachecluster"),
                Map.entry("host", "demo-primary.caches.svc.cluster.local"),
                Map.entry("port", "6379"),
                Map.entry("username", "shop.cart~b"),
                Map.entry("password", "b"),
                Map.entry(
                    "uri", "rediss://shop.cart~b:b@demo-primary.caches.svc.cluster.local:6379"),
                Map.entry("ca.crt", "authority"),
                Map.entry("tls.crt", "certificate"),
                Map.entry("tls.key", "key"),
                Map.entry(
                    "policy.json",
                    """
                    {"version":1,"access":{"type":"ReadWrite","keys":["cart:*","stock:*"],"channels":[]}}
                    """)));
  }

  @Test
  void thePolicyOfAnExporterHasNoKeys() {
    assertThat(entries(UserAccessType.METRICS, null))
        .containsEntry(
            "policy.json",
            """
            {"version":1,"access":{"type":"Metrics","keys":[],"channels":[]}}
            """);
  }
}
