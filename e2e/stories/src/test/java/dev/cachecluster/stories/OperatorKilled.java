package dev.cachecluster.stories;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachecluster.api.v1alpha1.ClusterReference;
import dev.cachecluster.stories.rig.Application;
import dev.cachecluster.stories.rig.Cache;
import dev.cachecluster.stories.rig.OperatorPods;
import dev.cachecluster.stories.rig.Options;
import dev.cachecluster.stories.rig.OwnedObjects;
import dev.cachecluster.stories.rig.OwnedObjects.Owned;
import dev.cachecluster.stories.rig.Story;
import dev.cachecluster.stories.rig.Wait;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * The operator dies while it creates a cache, at a moment nobody chose.
 *
 * <ol>
 *   <li>create a cache in peace → note which objects it consists of
 *   <li>create the same again and kill -9 every process of the operator after a random time of up
 *       to two and a half seconds (once, in full 20 times) → healthy by itself, of the very same
 *       objects
 *   <li>look at what stood at the moment of the kill → none of it was made a second time: secrets
 *       are created once
 * </ol>
 */
@Order(6)
@Isolated("It ends the operator.")
class OperatorKilled {
  private static final Duration RECOVERS = Duration.ofMinutes(3);
  private static final int LONGEST_MILLIS = 2500;
  @RegisterExtension final Story story = new Story();

  @Test
  void story() throws InterruptedException {
    story.step(1, "a cache created in peace");
    Cache.ready(story, "{}");
    var expected = names(OwnedObjects.in(story.client(), story.namespace()));
    int times = Options.times(1, 20);
    story.step(2, "the operator is killed while it creates, " + times + " times");
    var random = Options.random();
    for (int round = 1; round <= times; round++) {
      createAndKill(round, random, expected);
    }
    story.step(3, "nothing was made twice: seen in every round");
  }

  private void createAndKill(int round, Random random, List<String> expected)
      throws InterruptedException {
    var namespace = story.anotherNamespace(Integer.toString(round));
    var cache = Cache.createIn(story, namespace, "{}");
    var application =
        new Application(
            story.client(),
            namespace,
            "app",
            new ClusterReference(cache.name(), null),
            List.of("*"));
    application.create();
    int millis = random.nextInt(LONGEST_MILLIS);
    // The one place where time itself is the condition: the moment of the kill is drawn, not
    // awaited.
    TimeUnit.MILLISECONDS.sleep(millis);
    for (var pod : story.operator().names()) {
      story.rig().killProcess(OperatorPods.NAMESPACE, pod);
    }
    var atTheKill = uids(OwnedObjects.in(story.client(), namespace));
    cache.awaitHealthy(RECOVERS);
    application.awaitBound(RECOVERS);
    var inTheEnd = OwnedObjects.in(story.client(), namespace);
    Wait.until(
        "the same objects",
        RECOVERS,
        () -> assertThat(names(OwnedObjects.in(story.client(), namespace))).isEqualTo(expected));
    assertThat(uids(inTheEnd))
        .as("objects that stood at the moment of the kill")
        .containsAllEntriesOf(atTheKill);
    story.operator().awaitAvailable(RECOVERS);
    story.operator().replaceAll(RECOVERS);
    story.tell("%d: killed after %d ms with %d objects".formatted(round, millis, atTheKill.size()));
    story.client().namespaces().withName(namespace).delete();
  }

  /** Without the pods of a probe, which come and go; a user's digest is of its namespace. */
  private static List<String> names(List<Owned> objects) {
    return objects.stream()
        .map(object -> object.kind() + " " + object.name().replaceAll("-user-\\w{16}", "-user-X"))
        .filter(name -> !name.contains("-probe-"))
        .sorted()
        .toList();
  }

  private static Map<String, String> uids(List<Owned> objects) {
    var uids = new HashMap<String, String>();
    objects.stream()
        .filter(object -> !object.name().contains("-probe-"))
        .forEach(object -> uids.put(object.kind() + " " + object.name(), object.uid()));
    return uids;
  }
}
