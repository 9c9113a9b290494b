package dev.cachecluster.stories.rig;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachecluster.api.v1alpha1.CacheUser;
import dev.cachecluster.api.v1alpha1.CacheUserSpec;
import dev.cachecluster.api.v1alpha1.CacheUserStatus;
import dev.cachecluster.api.v1alpha1.ClusterReference;
import dev.cachecluster.api.v1alpha1.RotationSpec;
import dev.cachecluster.api.v1alpha1.SelectorSpec;
import dev.cachecluster.api.v1alpha1.UserAccessSpec;
import dev.cachecluster.api.v1alpha1.UserAccessType;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An application of a story: its CacheUser, and what its pods need.
 *
 * @param namespace of the application
 * @param name of its CacheUser
 * @param cluster that it asks for
 * @param keys its patterns of keys, and of channels; of one that reads figures, none
 * @param label of its pods
 */
public record Application(
    KubernetesClient client,
    String namespace,
    String name,
    ClusterReference cluster,
    List<String> keys,
    String label) {

  /** One whose pods are labelled with its name. */
  public Application(
      KubernetesClient client,
      String namespace,
      String name,
      ClusterReference cluster,
      List<String> keys) {
    this(client, namespace, name, cluster, keys, name);
  }

  /** One that reads figures and has no key, as an exporter of metrics. */
  public static Application ofMetrics(
      KubernetesClient client, String namespace, String name, ClusterReference cluster) {
    return new Application(client, namespace, name, cluster, List.of());
  }

  /** Pods with the same binding that its CacheUser does not select. */
  public Application withLabel(String other) {
    return new Application(client, namespace, name, cluster, keys, other);
  }

  /** One that has all keys of a cache in its own namespace. */
  static Application ofAllKeys(KubernetesClient client, String namespace, String cluster) {
    return new Application(
        client, namespace, "app", new ClusterReference(cluster, null), List.of("*"));
  }

  /** What its pods bear, by which it selects them. */
  public Map<String, String> labels() {
    return Map.of("app", label);
  }

  public void create() {
    var user = new CacheUser();
    user.setMetadata(new ObjectMetaBuilder().withName(name).withNamespace(namespace).build());
    boolean metrics = keys.isEmpty();
    user.setSpec(
        new CacheUserSpec(
            cluster,
            metrics ? null : keys,
            metrics ? null : keys,
            new UserAccessSpec(metrics ? UserAccessType.METRICS : UserAccessType.READ_WRITE, null),
            new SelectorSpec(labels(), null),
            RotationSpec.DEFAULTS));
    client.resource(user).create();
  }

  /** The Secret that its pods mount. */
  public String binding() {
    return name + "-binding";
  }

  public Resource<CacheUser> resource() {
    return client.resources(CacheUser.class).inNamespace(namespace).withName(name);
  }

  public Optional<CacheUserStatus> status() {
    return Optional.ofNullable(resource().require().getStatus());
  }

  public Optional<Condition> condition(String type) {
    return status().map(CacheUserStatus::conditions).orElse(List.of()).stream()
        .filter(condition -> condition.getType().equals(type))
        .findFirst();
  }

  /** Until it has its credentials and its path. */
  public void awaitBound(Duration atMost) {
    Wait.until(
        "CacheUser " + namespace + "/" + name + " is bound",
        atMost,
        () ->
            assertThat(condition("Ready"))
                .hasValueSatisfying(
                    ready ->
                        assertThat(ready.getStatus()).as(ready.getMessage()).isEqualTo("True")));
  }

  /** Merges this JSON into it, as an edit does. */
  public void edit(String json) {
    resource().patch(PatchContext.of(PatchType.JSON_MERGE), json);
  }
}
