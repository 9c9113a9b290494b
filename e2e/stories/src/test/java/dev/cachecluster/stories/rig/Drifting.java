package dev.cachecluster.stories.rig;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/** An object of a cache that somebody edits or deletes behind the operator's back. */
public final class Drifting {
  private static final Duration RESTORED = Duration.ofMinutes(1);

  private final Resource<GenericKubernetesResource> resource;
  private final String kind;
  private final String name;

  public Drifting(Story story, String apiVersion, String kind, String name) {
    this.resource =
        story
            .client()
            .genericKubernetesResources(apiVersion, kind)
            .inNamespace(story.namespace())
            .withName(name);
    this.kind = kind;
    this.name = name;
  }

  @Override
  public String toString() {
    return kind + " " + name;
  }

  /** Merges the patch, given as JSON; what stood before comes back. */
  public void editAndAwait(String patch) {
    var before = content();
    edit(patch);
    awaitContent(before);
  }

  /** Merges the patch and waits for nothing. */
  public void edit(String patch) {
    resource.patch(PatchContext.of(PatchType.JSON_MERGE), patch);
  }

  /** Deletes it; a new one comes. */
  public void deleteAndAwait() {
    var uid = resource.require().getMetadata().getUid();
    resource.delete();
    Wait.until(
        this + " is made again",
        RESTORED,
        () -> {
          var live = resource.get();
          assertThat(live).isNotNull();
          assertThat(live.getMetadata().getUid()).isNotEqualTo(uid);
        });
  }

  public void awaitContent(String before) {
    Wait.until(this + " is as before", RESTORED, () -> assertThat(content()).isEqualTo(before));
  }

  /** Everything but metadata and status. */
  public String content() {
    Map<String, Object> content = new TreeMap<>(resource.require().getAdditionalProperties());
    content.remove("status");
    return Serialization.asJson(content);
  }

  /** The version of its last write; versions of all objects count together. */
  public long version() {
    return Long.parseLong(resource.require().getMetadata().getResourceVersion());
  }
}
