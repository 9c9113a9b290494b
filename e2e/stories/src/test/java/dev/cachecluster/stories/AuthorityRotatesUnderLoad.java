package dev.cachecluster.stories;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cachecluster.api.v1alpha1.CacheCluster;
import dev.cachecluster.api.v1alpha1.ClusterReference;
import dev.cachecluster.stories.rig.Application;
import dev.cachecluster.stories.rig.Cache;
import dev.cachecluster.stories.rig.Story;
import dev.cachecluster.stories.rig.Wait;
import dev.cachecluster.stories.rig.Writer;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The certificate authority is replaced while an application writes 1,000 times a second.
 *
 * <ol>
 *   <li>an application writes; what its binding holds is kept aside
 *   <li>kubectl annotate cc … rotate → both authorities are trusted, then the new one issues, then
 *       the old one goes; the operator is restarted in between; no write fails and no pod restarts
 *   <li>the binding that was kept aside is refused, the one that stands is not
 * </ol>
 */
@Order(23)
class AuthorityRotatesUnderLoad {
  /** Applications get two minutes to read what was published, twice; a new operator counts anew. */
  private static final Duration ROTATED = Duration.ofMinutes(11);

  private static final Duration PHASE = Duration.ofMinutes(4);
  @RegisterExtension final Story story = new Story();

  @Test
  void story() {
    story.step(1, "an application under load");
    var cache = Cache.ready(story, "{memory: {maxMemory: 512Mi}}");
    var application = cache.application();
    // The longest grace of all applications is what a rotation waits; two minutes at least.
    application.edit("{\"spec\":{\"rotation\":{\"grace\":\"2m\"}}}");
    var stale = keepAside(cache, application);
    var before = authorities(binding(application));
    assertThat(before).hasSize(1);
    var uids = cache.podUids();
    var restarts = cache.restarts();
    var writer = Writer.load(story, cache);

    story.step(2, "rotation");
    long began = System.nanoTime();
    annotate(cache, "1");
    awaitPhase(cache, "TrustBoth", PHASE);
    Wait.until(
        "both are published",
        PHASE,
        () -> assertThat(authorities(binding(application))).hasSize(2).containsAll(before));
    awaitPhase(cache, "Reissue", ROTATED);
    story.tell("the new one issues after %.1f s".formatted((System.nanoTime() - began) / 1e9));
    // The next operator knows nothing but what stands in the API and what servers prove.
    story.operator().deleteAll();
    awaitPhase(cache, "Steady", ROTATED);
    cache.awaitHealthy(PHASE);
    story.tell("the old one is gone after %.1f s".formatted((System.nanoTime() - began) / 1e9));
    assertThat(requireNonNull(cache.status().lastHandled()).rotate()).isEqualTo("1");
    var result = writer.stop().assertNothingLost().assertNothingFailed();
    story.tell(result.toString());
    assertThat(result.errors()).as("errors, retried ones included").isEmpty();
    assertThat(cache.podUids()).as("pods").isEqualTo(uids);
    assertThat(cache.restarts()).as("restarts").isEqualTo(restarts);

    story.step(3, "the old authority is worth nothing");
    Wait.until(
        "the binding trusts the new one alone",
        PHASE,
        () ->
            assertThat(authorities(binding(application)))
                .hasSize(1)
                .doesNotContainAnyElementsOf(before));
    assertThat(Writer.roundtrip(story, application, "w:")).contains("wrote and read");
    assertThat(Writer.roundtrip(story, stale, "w:"))
        .contains("tls:")
        .doesNotContain("wrote and read");
    // With the new authority and the old certificate it is the server that refuses.
    edit(stale, requireNonNull(binding(application).getData().get("ca.crt")));
    assertThat(Writer.roundtrip(story, stale, "w:"))
        .containsAnyOf("remote error: tls:", "connection reset", "broken pipe", "EOF")
        .doesNotContain("wrote and read");
  }

  private static void annotate(Cache cache, String token) {
    cache
        .resource()
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            Serialization.asJson(
                Map.of("metadata", Map.of("annotations", Map.of(CacheCluster.ROTATE, token)))));
  }

  private static void awaitPhase(Cache cache, String phase, Duration atMost) {
    Wait.until(
        "the rotation is at " + phase,
        atMost,
        () -> {
          var tls = cache.status().tls();
          assertThat(tls).isNotNull();
          var authority = requireNonNull(tls).authority();
          assertThat(authority).isNotNull();
          assertThat(requireNonNull(authority).phase()).isEqualTo(phase);
        });
  }

  private Secret binding(Application application) {
    return story
        .client()
        .secrets()
        .inNamespace(application.namespace())
        .withName(application.binding())
        .require();
  }

  private static List<String> authorities(Secret binding) {
    var pem =
        new String(
            Base64.getDecoder().decode(binding.getData().get("ca.crt")), StandardCharsets.US_ASCII);
    return List.of(pem.split("(?<=-----END CERTIFICATE-----\n)"));
  }

  /** An application that goes on with what the binding holds now. */
  private Application keepAside(Cache cache, Application application) {
    var standing = binding(application);
    var stale =
        new Application(
            story.client(),
            application.namespace(),
            "stale",
            new ClusterReference(cache.name(), cache.namespace()),
            application.keys(),
            application.label());
    story
        .client()
        .resource(
            new SecretBuilder()
                .withNewMetadata()
                .withName(stale.binding())
                .withNamespace(application.namespace())
                .endMetadata()
                .withData(standing.getData())
                .build())
        .create();
    return stale;
  }

  private void edit(Application stale, String authority) {
    story
        .client()
        .secrets()
        .inNamespace(stale.namespace())
        .withName(stale.binding())
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            Serialization.asJson(Map.of("data", Map.of("ca.crt", authority))));
  }
}
