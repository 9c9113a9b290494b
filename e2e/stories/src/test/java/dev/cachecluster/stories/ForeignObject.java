package dev.cachecluster.stories;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachecluster.stories.rig.Cache;
import dev.cachecluster.stories.rig.Story;
import dev.cachecluster.stories.rig.Wait;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Somebody else owns objects of the names that a cache needs.
 *
 * <ol>
 *   <li>create a Secret, a ConfigMap and a Service of such names, then the cache → Stalled names
 *       one of them with the reason ForeignObject; all are left as they are
 *   <li>remove the one that it names, until none is left → it goes on each time, and is healthy in
 *       the end
 * </ol>
 */
@Order(9)
class ForeignObject {
  private static final Duration NOTICED = Duration.ofMinutes(1);
  @RegisterExtension final Story story = new Story();

  @Test
  void story() {
    story.step(1, "objects of somebody else are in the way");
    var foreign = new ArrayList<HasMetadata>();
    for (var object : foreignObjects()) {
      foreign.add(story.client().resource(object).inNamespace(story.namespace()).create());
    }
    var cache = Cache.create(story, "{}");

    story.step(2, "each is named, untouched, and removed by its owner");
    while (!foreign.isEmpty()) {
      var named = new ArrayList<HasMetadata>();
      Wait.until(
          "ForeignObject names one of "
              + foreign.stream().map(object -> object.getMetadata().getName()).toList(),
          NOTICED,
          () -> {
            var stalled = cache.told("Stalled");
            assertThat(stalled.getReason()).isEqualTo("ForeignObject");
            foreign.stream()
                .filter(object -> stalled.getMessage().contains(object.getMetadata().getName()))
                .forEach(named::add);
            assertThat(named).as(stalled.getMessage()).isNotEmpty();
          });
      assertUntouched(foreign);
      story.tell(cache.told("Stalled").getMessage());
      var first = named.getFirst();
      foreign.remove(first);
      story.client().resource(first).delete();
    }
    cache.awaitHealthy(Cache.READY_WITHIN);
  }

  private void assertUntouched(List<HasMetadata> objects) {
    for (var object : objects) {
      var live = story.client().resource(object).get();
      assertThat(live.getMetadata().getResourceVersion())
          .as(object.getKind() + " " + object.getMetadata().getName() + " was touched")
          .isEqualTo(object.getMetadata().getResourceVersion());
    }
  }

  private static List<HasMetadata> foreignObjects() {
    return List.of(
        new SecretBuilder()
            .withNewMetadata()
            .withName("demo-access")
            .endMetadata()
            .withStringData(Map.of("users.acl", "user default on"))
            .build(),
        new ConfigMapBuilder()
            .withNewMetadata()
            .withName("demo-config")
            .endMetadata()
            .withData(Map.of("colour", "blue"))
            .build(),
        new ServiceBuilder()
            .withNewMetadata()
            .withName("demo-primary")
            .endMetadata()
            .withNewSpec()
            .addNewPort()
            .withPort(80)
            .endPort()
            .withSelector(Map.of("app", "shop"))
            .endSpec()
            .build());
  }
}
