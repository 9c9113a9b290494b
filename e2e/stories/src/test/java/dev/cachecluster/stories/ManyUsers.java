package dev.cachecluster.stories;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachecluster.api.v1alpha1.CacheUser;
import dev.cachecluster.api.v1alpha1.ClusterReference;
import dev.cachecluster.stories.rig.Application;
import dev.cachecluster.stories.rig.AuditLog;
import dev.cachecluster.stories.rig.Cache;
import dev.cachecluster.stories.rig.Options;
import dev.cachecluster.stories.rig.Story;
import dev.cachecluster.stories.rig.Wait;
import dev.cachecluster.stories.rig.Writer;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * Many applications share a cache.
 *
 * <ol>
 *   <li>create 30 CacheUsers at once, in full 1,000 → all are bound
 *   <li>change the keys of one → proved on every member within 5 s, and nothing of the others is
 *       written
 *   <li>look at the cache's status → it did not grow with its users
 *   <li>one of them writes under load while another one is created → no write fails
 * </ol>
 */
@Order(25)
@Isolated("It loads the operator as nothing else does, and states times.")
class ManyUsers {
  private static final Duration PROVED = Duration.ofSeconds(5);
  private static final Duration SETTLED = Duration.ofSeconds(5);
  private static final int STATUS_BYTES = 8 * 1024;
  @RegisterExtension final Story story = new Story();

  @Test
  void story() {
    int number = Options.times(30, 1000);
    story.step(1, number + " applications");
    var cache = Cache.ready(story, "{}");
    cache.application().resource().delete();
    Wait.until(
        "the application of all keys is gone",
        SETTLED.multipliedBy(4),
        () -> assertThat(cache.application().resource().get()).isNull());
    long began = System.nanoTime();
    var applications =
        IntStream.range(0, number).mapToObj(index -> application(cache, index)).toList();
    applications.forEach(Application::create);
    story.tell("created after %.1f s".formatted(since(began)));
    Wait.until(
        "all are bound",
        Duration.ofSeconds(30).plusMillis(400L * number),
        Duration.ofMillis(200L + 5L * number),
        () -> assertThat(unbound()).isEmpty());
    story.tell("bound after %.1f s".formatted(since(began)));
    cache.awaitHealthy(Duration.ofSeconds(30));

    story.step(2, "one of them changes");
    var log = new AuditLog(story.rig().auditLog());
    Wait.until(
        "nothing is written any more",
        Duration.ofMinutes(2),
        () -> assertThat(written(log, Instant.now().minus(SETTLED))).isEmpty());
    var changed = applications.get(number / 2);
    var from = Instant.now();
    began = System.nanoTime();
    changed.edit("{\"spec\":{\"keys\":[\"other:*\"]}}");
    Wait.until(
        "it is proved",
        PROVED,
        () -> {
          var user = changed.resource().require();
          var status = changed.status().orElseThrow();
          assertThat(status.observedGeneration()).isEqualTo(user.getMetadata().getGeneration());
          var applied = changed.condition("CredentialsApplied").orElseThrow();
          assertThat(applied.getStatus()).as(applied.getMessage()).isEqualTo("True");
          assertThat(applied.getObservedGeneration()).isEqualTo(user.getMetadata().getGeneration());
        });
    story.tell("proved on every member after %.1f s".formatted(since(began)));
    var objects = written(log, from);
    story.tell("written: " + objects);
    assertThat(objects).as("objects written for one change").hasSizeLessThanOrEqualTo(5);

    story.step(3, "the status of the cache");
    int size = Serialization.asJson(cache.object().getStatus()).length();
    story.tell(size + " bytes");
    assertThat(size).as("bytes of status").isLessThan(STATUS_BYTES);

    story.step(4, "one more, under load");
    var writer = Writer.load(story, applications.getFirst(), key(0));
    var another = application(cache, number);
    another.create();
    another.awaitBound(Duration.ofSeconds(30));
    var result = writer.stop().assertNothingLost().assertNothingFailed();
    story.tell(result.toString());
  }

  private Application application(Cache cache, int index) {
    return new Application(
        story.client(),
        story.namespace(),
        "app-" + index,
        new ClusterReference(cache.name(), null),
        List.of(key(index) + "*"));
  }

  private static String key(int index) {
    return "k" + index + ":";
  }

  private static double since(long began) {
    return (System.nanoTime() - began) / 1e9;
  }

  private Set<String> unbound() {
    return story
        .client()
        .resources(CacheUser.class)
        .inNamespace(story.namespace())
        .list()
        .getItems()
        .stream()
        .filter(
            user ->
                user.getStatus() == null
                    || user.getStatus().conditions() == null
                    || user.getStatus().conditions().stream()
                        .noneMatch(
                            condition ->
                                condition.getType().equals("Ready")
                                    && condition.getStatus().equals("True")))
        .map(user -> user.getMetadata().getName())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> written(AuditLog log, Instant from) {
    return log.since(from).stream()
        .filter(AuditLog.Request::isOperators)
        .filter(AuditLog.Request::isWrite)
        .filter(request -> !request.isLease())
        .map(request -> request.resource() + "/" + request.name())
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
