package dev.cachecluster.stories;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachecluster.stories.rig.Application;
import dev.cachecluster.stories.rig.Cache;
import dev.cachecluster.stories.rig.Haystack;
import dev.cachecluster.stories.rig.Needles;
import dev.cachecluster.stories.rig.OperatorPods;
import dev.cachecluster.stories.rig.Story;
import dev.cachecluster.stories.rig.Wait;
import dev.cachecluster.stories.rig.Writer;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * No password and no private key is anywhere but in Secrets, however much is logged.
 *
 * <ol>
 *   <li>let the operator log everything it can → its pods are replaced
 *   <li>a cache, an application that works, other credentials for it, another primary
 *   <li>plant one of the passwords in a ConfigMap → the search finds it: it is worth believing
 *   <li>search what the operator and the members log, all objects but Secrets, events and status
 *       with them, metrics, arguments and environments of all processes, the reports of the stories
 *       → none of the passwords and keys, the replaced ones included
 * </ol>
 */
@Order(23)
@Isolated("It has the operator trace, for everybody's caches.")
class SecretsStaySecret {
  private static final Duration SOON = Duration.ofMinutes(2);
  private static final String LEVEL = "QUARKUS_LOG_LEVEL";

  /** What libraries find worth a stack trace at these levels is no trouble. */
  @RegisterExtension final Story story = new Story().expecting("^\\S+ +(TRACE|DEBUG) ");

  @Test
  void story() {
    story.step(1, "everything is logged");
    story.operator().environment(LEVEL, "TRACE", SOON);
    story.atTheEnd(() -> story.operator().environment(LEVEL, null, SOON));

    story.step(2, "a life of a cache");
    var cache = Cache.ready(story, "{}");
    var application = cache.application();
    assertThat(Writer.roundtrip(story, application, "w:")).contains("wrote and read");
    var before = needles();
    replaceCredentials(application);
    var primary = cache.primary();
    story.client().pods().inNamespace(story.namespace()).withName(primary + "-0").delete();
    Wait.until("another leads", SOON, () -> assertThat(cache.primary()).isNotEqualTo(primary));
    cache.awaitHealthy(SOON);
    var needles = before.and(needles());
    story.tell(needles.origins().size() + " texts to look for");
    assertThat(needles.origins()).hasSizeGreaterThan(20);

    story.step(3, "a planted password is found");
    var haystack = new Haystack(story);
    var planted =
        story
            .client()
            .resource(
                new ConfigMapBuilder()
                    .withNewMetadata()
                    .withName("careless")
                    .endMetadata()
                    .withData(Map.of("note", needles.origins().keySet().iterator().next()))
                    .build())
            .inNamespace(story.namespace());
    planted.create();
    assertThat(needles.in(haystack.objects(story.namespace()))).hasSize(1);
    planted.delete();

    story.step(4, "nothing else is");
    haystack
        .all()
        .forEach(
            (place, text) -> {
              story.tell("%s: %d kB".formatted(place, text.length() / 1024));
              assertThat(text).as(place).isNotBlank();
              assertThat(needles.in(text)).as("secrets in " + place).isEmpty();
            });
    assertThat(story.operator().log()).as("what is logged").contains(" TRACE ");
  }

  private static void replaceCredentials(Application application) {
    var username = application.status().orElseThrow().username();
    application.edit("{\"metadata\":{\"annotations\":{\"cachecluster.dev/revoke\":\"1\"}}}");
    Wait.until(
        "other credentials are published",
        SOON,
        () -> assertThat(application.status().orElseThrow().username()).isNotEqualTo(username));
  }

  private Needles needles() {
    var here = story.client().secrets().inNamespace(story.namespace()).list().getItems();
    var operators = story.client().secrets().inNamespace(OperatorPods.NAMESPACE).list().getItems();
    return Needles.of(here).and(Needles.of(operators));
  }
}
