package dev.cachecluster.stories;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cachecluster.stories.rig.Application;
import dev.cachecluster.stories.rig.Cache;
import dev.cachecluster.stories.rig.Story;
import dev.cachecluster.stories.rig.Wait;
import dev.cachecluster.stories.rig.Writer;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Credentials are replaced while an application writes 1,000 times a second.
 *
 * <ol>
 *   <li>an application writes; every connection reads the binding anew
 *   <li>kubectl annotate … rotate, with a grace of a minute → the other server user is published,
 *       the old one ends after the grace, and no write fails
 *   <li>kubectl annotate … revoke → the old credentials are refused within seconds
 * </ol>
 */
@Order(22)
class RotatesUnderLoad {
  private static final Duration PUBLISHED = Duration.ofSeconds(20);

  /** A changed Secret is in every pod by then: the kubelet looks once a minute. */
  private static final String GRACE = "100s";

  private static final Duration SETTLED = Duration.ofSeconds(160);
  @RegisterExtension final Story story = new Story();

  @Test
  void story() {
    story.step(1, "an application under load");
    var cache = Cache.ready(story, "{memory: {maxMemory: 512Mi}}");
    var application = cache.application();
    application.edit("{\"spec\":{\"rotation\":{\"grace\":\"" + GRACE + "\"}}}");
    var before = username(application);
    var writer = Writer.load(story, cache);

    story.step(2, "rotation");
    long began = System.nanoTime();
    annotate(application, "rotate", "1");
    Wait.until(
        "other credentials are published",
        PUBLISHED,
        () -> assertThat(username(application)).isNotEqualTo(before));
    story.tell("published after %.1f s".formatted((System.nanoTime() - began) / 1e9));
    awaitIdle(application);
    story.tell("the old ones ended after %.1f s".formatted((System.nanoTime() - began) / 1e9));
    var result = writer.stop().assertNothingLost().assertNothingFailed();
    story.tell(result.toString());
    assertThat(result.errors()).as("errors, retried ones included").isEmpty();

    story.step(3, "a leak");
    var leaked = username(application);
    began = System.nanoTime();
    annotate(application, "revoke", "1");
    awaitIdle(application);
    story.tell(leaked + " ended after %.1f s".formatted((System.nanoTime() - began) / 1e9));
    assertThat(username(application)).isEqualTo(before);
    cache.awaitHealthy(PUBLISHED);
    assertThat(Writer.roundtrip(story, application, "w:")).contains("wrote and read");
  }

  private static String username(Application application) {
    return String.valueOf(application.status().orElseThrow().username());
  }

  private static void annotate(Application application, String what, String token) {
    application.edit(
        Serialization.asJson(
            Map.of("metadata", Map.of("annotations", Map.of("cachecluster.dev/" + what, token)))));
  }

  private static void awaitIdle(Application application) {
    Wait.until(
        "the rotation is over",
        SETTLED,
        () -> {
          var status = application.status().orElseThrow();
          var annotations = application.resource().require().getMetadata().getAnnotations();
          assertThat(status.lastHandled()).isNotNull();
          var handled = requireNonNull(status.lastHandled());
          assertThat(handled.rotate()).isEqualTo(annotations.get("cachecluster.dev/rotate"));
          assertThat(handled.revoke()).isEqualTo(annotations.get("cachecluster.dev/revoke"));
          assertThat(String.valueOf(status.rotation())).contains("IDLE");
        });
  }
}
