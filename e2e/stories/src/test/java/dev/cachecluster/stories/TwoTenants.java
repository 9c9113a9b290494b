package dev.cachecluster.stories;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cachecluster.api.v1alpha1.ClusterReference;
import dev.cachecluster.stories.rig.Application;
import dev.cachecluster.stories.rig.Cache;
import dev.cachecluster.stories.rig.Replica;
import dev.cachecluster.stories.rig.Story;
import dev.cachecluster.stories.rig.Wait;
import dev.cachecluster.stories.rig.Writer;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyBuilder;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * Two services in two namespaces share a cache, and nothing else.
 *
 * <ol>
 *   <li>a cache for its own namespace alone refuses both, and says why
 *   <li>it lets in the namespaces that a selector selects → both are bound within seconds
 *   <li>each reads and writes its own keys → the other's are refused
 *   <li>a third one, whose namespace is not selected, asks for keys of the first → not allowed; the
 *       cache lets all namespaces in → refused still, and told whose the keys are
 *   <li>a pod that no CacheUser selects, with a stolen binding → it cannot connect at all
 *   <li>the network is opened by hand to everybody → the stolen binding connects, which shows that
 *       it was the network that had refused it; with a password of its own it is not let in
 *   <li>a CacheUser is deleted under load → its session ends, and its path closes
 *   <li>an exporter of metrics is bound in a third namespace → it gets to the server and in, and is
 *       refused every key; the others go on
 *   <li>the network stops enforcing policies, and a replica is replaced → NetworkIsolated is False;
 *       a stolen binding connects from anywhere, and a password of one's own still does not let in
 * </ol>
 */
@Order(21)
@Isolated("It opens the network of all.")
class TwoTenants {
  private static final Duration BOUND = Duration.ofSeconds(20);
  @RegisterExtension final Story story = new Story();

  @Test
  void story() {
    story.step(1, "not allowed");
    var cache = Cache.ready(story, "{}");
    cache.application().resource().delete();
    Wait.until(
        "the application of all keys is gone",
        BOUND,
        () -> assertThat(cache.application().resource().get()).isNull());
    var cart = tenant(cache, "shop", "cart", "cart:*");
    var bills = tenant(cache, "billing", "bills", "bill:*");
    for (var tenant : List.of(cart, bills)) {
      Wait.until(
          tenant.name() + " is told why",
          BOUND,
          () ->
              assertThat(tenant.condition("Stalled"))
                  .hasValueSatisfying(
                      stalled -> assertThat(stalled.getReason()).isEqualTo("NotAllowed")));
    }

    story.step(2, "allowed");
    long began = System.nanoTime();
    cache.change(
        "{access: {namespaces: {from: Selector, selector: {matchExpressions: [{key: kubernetes.io/metadata.name, operator: In, values: [%s, %s]}]}}}}"
            .formatted(cart.namespace(), bills.namespace()));
    cart.awaitBound(BOUND);
    bills.awaitBound(BOUND);
    story.tell("bound after %.1f s".formatted((System.nanoTime() - began) / 1e9));

    story.step(3, "each its own keys");
    assertThat(Writer.roundtrip(story, cart, "cart:")).contains("wrote and read cart:");
    assertThat(Writer.roundtrip(story, bills, "bill:")).contains("wrote and read bill:");
    assertThat(Writer.roundtrip(story, cart, "bill:")).contains("NOPERM");
    assertThat(Writer.roundtrip(story, bills, "cart:")).contains("NOPERM");

    story.step(4, "keys that are somebody's");
    var thief = tenant(cache, "thief", "thief", "car*");
    Wait.until(
        "the third is told that its namespace is not selected",
        BOUND,
        () ->
            assertThat(thief.condition("Stalled"))
                .hasValueSatisfying(
                    stalled -> assertThat(stalled.getReason()).isEqualTo("NotAllowed")));
    cache.change("{access: {namespaces: {from: All, selector: null}}}");
    Wait.until(
        "the third is told why",
        BOUND,
        () ->
            assertThat(thief.condition("Stalled"))
                .hasValueSatisfying(
                    stalled -> {
                      assertThat(stalled.getReason()).isEqualTo("KeysOverlap");
                      assertThat(stalled.getMessage()).contains(cart.namespace());
                    }));

    story.step(5, "a stolen binding");
    assertThat(Writer.roundtrip(story, cart.withLabel("somebody-else"), "cart:"))
        .contains("i/o timeout")
        .doesNotContain("wrote and read");

    story.step(6, "the network opened by hand");
    var opened = openToEverybody();
    assertThat(Writer.roundtrip(story, cart.withLabel("somebody-else"), "cart:"))
        .contains("wrote and read cart:");
    assertThat(Writer.roundtrip(story, forged(cart), "cart:"))
        .contains("WRONGPASS")
        .doesNotContain("wrote and read");
    story.client().resource(opened).delete();

    story.step(7, "deleted under load");
    var writer = Writer.load(story, cart, "cart:");
    cart.resource().delete();
    Wait.until("the CacheUser is gone", BOUND, () -> assertThat(cart.resource().get()).isNull());
    writer.awaitLine("i/o timeout", BOUND);
    writer.end();
    assertThat(Writer.roundtrip(story, bills, "bill:")).contains("wrote and read bill:");

    story.step(8, "an exporter of metrics");
    var exporter =
        Application.ofMetrics(
            story.client(),
            story.anotherNamespace("monitoring"),
            "exporter",
            new ClusterReference(cache.name(), cache.namespace()));
    exporter.create();
    exporter.awaitBound(BOUND);
    assertThat(Writer.roundtrip(story, exporter, "bill:"))
        .contains("NOPERM")
        .doesNotContain("wrote and read");
    assertThat(Writer.roundtrip(story, exporter.withLabel("somebody-else"), "bill:"))
        .contains("i/o timeout");
    assertThat(Writer.roundtrip(story, bills, "bill:")).contains("wrote and read bill:");

    story.step(9, "the network ignores its policies");
    var probed = Duration.ofMinutes(3);
    story.atTheEnd(() -> story.rig().run("netpol", "on"));
    story.rig().run("netpol", "off");
    Replica.replace(cache, probed);
    cache.awaitNetwork("NotEnforced", probed);
    assertThat(cache.told("NetworkIsolated").getStatus()).isEqualTo("False");
    assertThat(Writer.roundtrip(story, bills.withLabel("somebody-else"), "bill:"))
        .contains("wrote and read bill:");
    assertThat(Writer.roundtrip(story, forged(bills), "bill:"))
        .contains("WRONGPASS")
        .doesNotContain("wrote and read");
  }

  private NetworkPolicy openToEverybody() {
    return story
        .client()
        .resource(
            new NetworkPolicyBuilder()
                .withNewMetadata()
                .withName("by-hand")
                .withNamespace(story.namespace())
                .endMetadata()
                .withNewSpec()
                .withNewPodSelector()
                .endPodSelector()
                .withPolicyTypes("Ingress")
                .addNewIngress()
                .endIngress()
                .endSpec()
                .build())
        .create();
  }

  /**
   * Somebody with a certificate of the cluster, and a password that is just as long as the real.
   */
  private Application forged(Application victim) {
    var binding =
        story
            .client()
            .secrets()
            .inNamespace(victim.namespace())
            .withName(victim.binding())
            .require();
    var forger =
        new Application(
            story.client(), victim.namespace(), "forger", victim.cluster(), victim.keys());
    var password = "A".repeat(43).getBytes(US_ASCII);
    story
        .client()
        .resource(
            new SecretBuilder()
                .withNewMetadata()
                .withName(forger.binding())
                .withNamespace(victim.namespace())
                .endMetadata()
                .withData(binding.getData())
                .addToData("password", Base64.getEncoder().encodeToString(password))
                .build())
        .create();
    return forger;
  }

  private Application tenant(Cache cache, String suffix, String name, String keys) {
    var application =
        new Application(
            story.client(),
            story.anotherNamespace(suffix),
            name,
            new ClusterReference(cache.name(), cache.namespace()),
            List.of(keys));
    application.create();
    return application;
  }
}
