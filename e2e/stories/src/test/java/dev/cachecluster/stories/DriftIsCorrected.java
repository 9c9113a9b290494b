package dev.cachecluster.stories;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachecluster.stories.rig.Cache;
import dev.cachecluster.stories.rig.Drifting;
import dev.cachecluster.stories.rig.Story;
import dev.cachecluster.stories.rig.Wait;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodCondition;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * Somebody changes, or deletes, what belongs to a cache.
 *
 * <ol>
 *   <li>edit one object of every kind → each is as before, and an Event DriftCorrected names it
 *   <li>delete one object of every kind that may go → it is made again
 *   <li>take the role from a pod's label, and close its gate → both are set right
 *   <li>while the operator is away edit the ConfigMap and then open the NetworkPolicy to everybody
 *       → when it is back it closes the network before anything else
 *   <li>look back → no server was restarted for any of it
 * </ol>
 */
@Order(10)
@Isolated("It takes the operator away.")
class DriftIsCorrected {
  private static final Duration RESTORED = Duration.ofMinutes(1);
  private static final String GATE = "cachecluster.dev/serving";
  private static final String ROLE = "cachecluster.dev/role";
  private static final String OPEN_TO_ALL = "{\"spec\":{\"ingress\":[{}]}}";
  private static final int OPERATORS = 2;
  @RegisterExtension final Story story = new Story();

  private Drifting object(String apiVersion, String kind, String name) {
    return new Drifting(story, apiVersion, kind, name);
  }

  @Test
  void story() {
    var cache = Cache.ready(story, "{}");
    var uids = cache.podUids();
    var restarts = cache.restarts();
    var policy = object("networking.k8s.io/v1", "NetworkPolicy", "demo-members");
    var primary = object("v1", "Service", "demo-primary");
    var replicas = object("v1", "Service", "demo-replicas");
    var budget = object("policy/v1", "PodDisruptionBudget", "demo-0-replicas");
    var config = object("v1", "ConfigMap", "demo-config");
    var access = object("v1", "Secret", "demo-access");
    var binding = object("v1", "Secret", cache.application().binding());
    var workload = object("apps/v1", "StatefulSet", "demo-0-1");

    story.step(1, "edits");
    policy.editAndAwait(OPEN_TO_ALL);
    primary.editAndAwait("{\"spec\":{\"selector\":{\"app\":\"nobody\"}}}");
    replicas.editAndAwait("{\"spec\":{\"selector\":{\"app\":\"nobody\"}}}");
    budget.editAndAwait("{\"spec\":{\"maxUnavailable\":3}}");
    config.editAndAwait("{\"data\":{\"server.conf\":\"port 6379\"}}");
    access.editAndAwait("{\"data\":{\"users.acl\":\"dXNlciBkZWZhdWx0IG9u\"}}");
    binding.editAndAwait("{\"data\":{\"host\":\"ZWxzZXdoZXJl\"}}");
    workload.editAndAwait(
        "{\"spec\":{\"template\":{\"spec\":{\"terminationGracePeriodSeconds\":99}}}}");
    for (var drifted : List.of(policy, primary, replicas, budget, config, access, workload)) {
      Wait.until(
          "an Event names " + drifted,
          RESTORED,
          () ->
              assertThat(cache.events("DriftCorrected"))
                  .anySatisfy(
                      event -> assertThat(event.getMessage()).contains(drifted.toString())));
    }

    story.step(2, "deletions");
    for (var deleted : List.of(policy, primary, replicas, budget, config, access, binding)) {
      deleted.deleteAndAwait();
    }
    cache.awaitHealthy(RESTORED);

    story.step(3, "a pod's role and gate");
    relabelAndClose(cache);
    cache.awaitHealthy(RESTORED);

    story.step(4, "the network comes first");
    networkFirst(policy, config);
    cache.awaitHealthy(RESTORED);

    story.step(5, "no server was restarted");
    assertThat(cache.podUids()).isEqualTo(uids);
    assertThat(cache.restarts()).isEqualTo(restarts);
  }

  private void relabelAndClose(Cache cache) {
    var pod = cache.replicaPods().getFirst();
    cache
        .pod(pod)
        .edit(
            live ->
                new PodBuilder(live)
                    .editMetadata()
                    .addToLabels(ROLE, "primary")
                    .endMetadata()
                    .build());
    Wait.until(
        pod + " has its role again",
        RESTORED,
        () ->
            assertThat(cache.pod(pod).require().getMetadata().getLabels())
                .containsAllEntriesOf(Map.of(ROLE, "replica")));
    cache
        .pod(pod)
        .editStatus(
            live -> {
              live.getStatus().getConditions().stream()
                  .filter(condition -> condition.getType().equals(GATE))
                  .forEach(condition -> condition.setStatus("False"));
              return live;
            });
    Wait.until(
        pod + " has its gate open again",
        RESTORED,
        () ->
            assertThat(cache.pod(pod).require().getStatus().getConditions())
                .filteredOn(condition -> condition.getType().equals(GATE))
                .extracting(PodCondition::getStatus)
                .containsExactly("True"));
  }

  private void networkFirst(Drifting policy, Drifting config) {
    var wantedPolicy = policy.content();
    var wantedConfig = config.content();
    story.atTheEnd(() -> story.operator().scale(OPERATORS));
    story.operator().scale(0);
    config.edit("{\"data\":{\"server.conf\":\"port 6379\"}}");
    policy.edit(OPEN_TO_ALL);
    story.operator().scale(OPERATORS);
    policy.awaitContent(wantedPolicy);
    config.awaitContent(wantedConfig);
    assertThat(policy.version())
        .as("the write that closes the network comes before that of the ConfigMap")
        .isLessThan(config.version());
  }
}
