package dev.cachecluster.stories;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachecluster.stories.rig.Cache;
import dev.cachecluster.stories.rig.Story;
import dev.cachecluster.stories.rig.Writer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A hardened image of somebody's own: the programs lie elsewhere, there is no shell, and the
 * entrypoint refuses to start.
 *
 * <ol>
 *   <li>name the image in spec.engine.image → healthy: programs are found by the PATH, probes
 *       included
 *   <li>look at the pods and the status → this image runs
 *   <li>a client writes and reads
 * </ol>
 */
@Order(15)
class RelocatedImage {
  private static final String IMAGE = "docker.io/example/valkey-relocated:8.1.1";
  @RegisterExtension final Story story = new Story();

  @Test
  void story() {
    story.step(1, "a cache with an image of its own");
    var cache = Cache.ready(story, "{engine: {image: \"" + IMAGE + "\"}}");

    story.step(2, "this image runs");
    assertThat(cache.pods())
        .isNotEmpty()
        .allSatisfy(
            pod ->
                assertThat(pod.getSpec().getContainers().getFirst().getImage()).isEqualTo(IMAGE));
    assertThat(cache.status().engine())
        .isNotNull()
        .extracting(engine -> engine.image())
        .isEqualTo(IMAGE);

    story.step(3, "a client writes and reads");
    story.tell(Writer.ask(story, cache, "--roundtrip"));
  }
}
