package dev.cachecluster.stories;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachecluster.api.v1alpha1.ClusterReference;
import dev.cachecluster.stories.rig.Application;
import dev.cachecluster.stories.rig.Cache;
import dev.cachecluster.stories.rig.Story;
import dev.cachecluster.stories.rig.Wait;
import dev.cachecluster.stories.rig.Writer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Two services in two namespaces share a cache, and nothing else.
 *
 * <ol>
 *   <li>a cache for its own namespace alone refuses both, and says why
 *   <li>it lets all namespaces in → both are bound within seconds
 *   <li>each reads and writes its own keys → the other's are refused
 *   <li>a third one asks for keys of the first → refused, and told whose they are
 *   <li>a pod that no CacheUser selects, with a stolen binding → it cannot connect at all
 *   <li>a CacheUser is deleted under load → its session ends, and its path closes
 * </ol>
 */
@Order(21)
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
    cache.change("{access: {namespaces: {from: All}}}");
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

    story.step(6, "deleted under load");
    var writer = Writer.load(story, cart, "cart:");
    cart.resource().delete();
    Wait.until("the CacheUser is gone", BOUND, () -> assertThat(cart.resource().get()).isNull());
    writer.awaitLine("i/o timeout", BOUND);
    writer.end();
    assertThat(Writer.roundtrip(story, bills, "bill:")).contains("wrote and read bill:");
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
