package dev.cachecluster.stories;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachecluster.api.v1alpha1.ClusterReference;
import dev.cachecluster.stories.rig.Application;
import dev.cachecluster.stories.rig.Cache;
import dev.cachecluster.stories.rig.OwnedObjects;
import dev.cachecluster.stories.rig.Story;
import dev.cachecluster.stories.rig.Wait;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * A team is done with its cache.
 *
 * <ol>
 *   <li>create a cache, kubectl delete cachecluster → nothing that bears its label remains
 *   <li>delete a namespace with a cache in it → it does not hang
 *   <li>the same while the operator is away → it does not hang either: there is no finalizer
 *   <li>a namespace with an application's access goes as soon as the operator is back, which takes
 *       the access away
 * </ol>
 */
@Order(11)
@Isolated("It takes the operator away.")
class DeletesEverything {
  private static final Duration GONE = Duration.ofMinutes(2);
  private static final int OPERATORS = 2;
  @RegisterExtension final Story story = new Story();

  @Test
  void story() {
    story.step(1, "kubectl delete cachecluster");
    var cache = Cache.ready(story, "{}");
    assertThat(OwnedObjects.in(story.client(), story.namespace())).hasSizeGreaterThan(15);
    cache.application().resource().delete();
    cache.resource().delete();
    Wait.until(
        "nothing with its label remains",
        GONE,
        () -> assertThat(OwnedObjects.in(story.client(), story.namespace())).isEmpty());

    story.step(2, "a namespace goes with its cache");
    var second = story.anotherNamespace("up");
    var third = story.anotherNamespace("away");
    var fourth = story.anotherNamespace("bound");
    var caches =
        Stream.of(second, third, fourth).map(name -> Cache.createIn(story, name, "{}")).toList();
    var application =
        new Application(
            story.client(),
            fourth,
            "app",
            new ClusterReference(caches.getLast().name(), null),
            List.of("*"));
    application.create();
    caches.forEach(each -> each.awaitHealthy(Cache.READY_WITHIN));
    application.awaitBound(Cache.READY_WITHIN);
    deleteNamespace(second);

    story.step(3, "a namespace goes while the operator is away");
    story.atTheEnd(
        () -> {
          story.operator().scale(OPERATORS);
          story.operator().awaitAvailable(Duration.ofSeconds(90));
        });
    story.operator().scale(0);
    story.client().namespaces().withName(fourth).delete();
    deleteNamespace(third);

    story.step(4, "a namespace with an application's access");
    Wait.until(
        "all but the access is gone",
        GONE,
        () -> assertThat(story.client().pods().inNamespace(fourth).list().getItems()).isEmpty());
    assertThat(story.client().namespaces().withName(fourth).get()).isNotNull();
    story.operator().scale(OPERATORS);
    deleteNamespace(fourth);
  }

  private void deleteNamespace(String name) {
    var namespace = story.client().namespaces().withName(name);
    long began = System.nanoTime();
    namespace.delete();
    Wait.until("namespace " + name + " is gone", GONE, () -> assertThat(namespace.get()).isNull());
    story.tell("gone after %.1f s".formatted((System.nanoTime() - began) / 1e9));
  }
}
