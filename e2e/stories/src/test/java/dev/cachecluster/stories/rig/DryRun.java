package dev.cachecluster.stories.rig;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.NamespacedKubernetesClient;
import io.fabric8.kubernetes.client.RequestConfigBuilder;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What somebody asks of the API server as a dry run: it is judged like any other request, admission
 * included, and leaves nothing behind.
 */
public final class DryRun {
  private final KubernetesClient client;
  private final Optional<String> user;

  private DryRun(KubernetesClient client, Optional<String> user) {
    this.client = client;
    this.user = user;
  }

  /** Requests of who runs the stories. */
  public static DryRun own(Story story) {
    return new DryRun(story.client(), Optional.empty());
  }

  /** Requests of another user, who has only the rights that were bound to that name. */
  public static DryRun by(Story story, String user) {
    return new DryRun(story.client(), Optional.of(user));
  }

  /** One request that can be made again and again. */
  public static final class Attempt {
    private final String what;
    private final Runnable request;

    private Attempt(String what, Runnable request) {
      this.what = what;
      this.request = request;
    }

    private Optional<String> refusal() {
      try {
        request.run();
        return Optional.empty();
      } catch (KubernetesClientException e) {
        return Optional.of(String.valueOf(e.getMessage()));
      }
    }

    public void assertAccepted() {
      assertThat(refusal()).as(what).isEmpty();
    }

    /** Refused, with all of these words. */
    public void assertRefused(String... words) {
      assertThat(refusal().orElse("accepted")).as(what).contains(words);
    }
  }

  public Attempt creates(String what, String namespace, String yaml) {
    return attempt(what, api -> api.resource(yaml).inNamespace(namespace).dryRun().create());
  }

  /** An edit by a JSON merge patch. */
  public Attempt edits(
      String apiVersion, String kind, String namespace, String name, String patch) {
    return attempt(
        kind + " " + name + " " + patch,
        api ->
            api.genericKubernetesResources(apiVersion, kind)
                .inNamespace(namespace)
                .withName(name)
                .dryRun()
                .patch(PatchContext.of(PatchType.JSON_MERGE), patch));
  }

  private Attempt attempt(String what, Consumer<KubernetesClient> request) {
    if (user.isEmpty()) {
      return new Attempt(what, () -> request.accept(client));
    }
    var config =
        new RequestConfigBuilder()
            .withImpersonateUsername(user.get())
            .withImpersonateGroups("system:authenticated")
            .build();
    var impersonating = client.adapt(NamespacedKubernetesClient.class).withRequestConfig(config);
    return new Attempt(
        what + " by " + user.get(),
        () ->
            impersonating.call(
                api -> {
                  request.accept(api);
                  return api;
                }));
  }
}
