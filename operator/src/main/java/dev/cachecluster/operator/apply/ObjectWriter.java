package dev.cachecluster.operator.apply;

import dev.cachecluster.api.v1alpha1.CacheCluster;
import dev.cachecluster.operator.desired.Labels;
import dev.cachecluster.operator.plan.Action;
import dev.cachecluster.operator.plan.Reason;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.net.HttpURLConnection;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Writes the objects of one owner, a cluster or a user, by server-side apply, and never those of
 * anybody else.
 */
final class ObjectWriter {
  private final KubernetesClient client;
  private final HasMetadata owner;
  private final WriteOverlay overlay;
  private final Clock clock;
  private @Nullable String lastVersion;

  ObjectWriter(KubernetesClient client, HasMetadata owner, WriteOverlay overlay, Clock clock) {
    this.client = client;
    this.owner = owner;
    this.overlay = overlay;
    this.clock = clock;
  }

  /**
   * Applies an object. Where none was known, the API itself is asked first: an object of that name
   * that belongs to somebody else is left as it is.
   */
  Outcome apply(HasMetadata desired, Action.Change change) {
    boolean force = true;
    if (change == Action.Change.MISSING) {
      var live = client.resource(desired).get();
      if (live != null && !owned(live)) {
        return foreign(desired);
      }
      force = live != null;
    }
    write(desired, force);
    return new Outcome.Done(true);
  }

  /**
   * Applies the claim of a volume, which may outlive its cluster. One of that name without the
   * cluster's labels is somebody else's, and so is what lies on it.
   */
  Outcome claim(PersistentVolumeClaim desired, boolean owned) {
    var live = client.resource(desired).get();
    if (live != null && !isLabelled(desired, live)) {
      return foreign(desired);
    }
    var intent = Serialization.clone(desired);
    intent.getMetadata().setOwnerReferences(owned ? List.of(reference()) : List.of());
    var result = client.resource(intent).patch(context(live != null), intent);
    overlay.wrote(result, clock.instant());
    return new Outcome.Done(true);
  }

  private static boolean isLabelled(HasMetadata desired, HasMetadata live) {
    var labels = live.getMetadata().getLabels();
    return labels != null
        && labels.entrySet().containsAll(desired.getMetadata().getLabels().entrySet());
  }

  /** Applies an object of a kind that the client does not know by itself. */
  Outcome apply(ResourceDefinitionContext kind, GenericKubernetesResource desired) {
    var resource =
        client
            .genericKubernetesResources(kind)
            .inNamespace(desired.getMetadata().getNamespace())
            .withName(desired.getMetadata().getName());
    var live = resource.get();
    if (live != null && !owned(live)) {
      return foreign(desired);
    }
    var intent = Serialization.clone(desired);
    intent.getMetadata().setOwnerReferences(List.of(reference()));
    resource.patch(context(true), intent);
    return new Outcome.Done(true);
  }

  /** Deletes such an object, if it is this cluster's own. */
  void remove(ResourceDefinitionContext kind, String namespace, String name) {
    var resource = client.genericKubernetesResources(kind).inNamespace(namespace).withName(name);
    var live = resource.get();
    if (live != null && owned(live)) {
      resource.delete();
    }
  }

  private static PatchContext context(boolean force) {
    return new PatchContext.Builder()
        .withPatchType(PatchType.SERVER_SIDE_APPLY)
        .withFieldManager(Labels.OPERATOR)
        .withForce(force)
        .build();
  }

  /** Applies an object that is known to be this cluster's own, or not to exist. */
  <T extends HasMetadata> T write(T desired, boolean force) {
    var intent = Serialization.clone(desired);
    intent.getMetadata().setOwnerReferences(List.of(reference()));
    var result = client.resource(intent).patch(context(force), intent);
    overlay.wrote(result, clock.instant());
    lastVersion = result.getMetadata().getResourceVersion();
    return result;
  }

  /** Creates an object that must not exist yet: what is random is made once. */
  Outcome create(HasMetadata object) {
    object.getMetadata().setOwnerReferences(List.of(reference()));
    try {
      overlay.wrote(client.resource(object).create(), clock.instant());
      return new Outcome.Done(true);
    } catch (KubernetesClientException e) {
      if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
        throw e;
      }
      var live = client.resource(object).get();
      if (live != null && !owned(live)) {
        return foreign(object);
      }
      if (live != null
          && object instanceof Secret secret
          && !object.getMetadata().getLabels().equals(live.getMetadata().getLabels())) {
        // Without them no informer shows it. What it holds stays.
        write(new SecretBuilder(secret).withType(null).withData(null).build(), true);
      }
      return new Outcome.Waiting(
          Reason.CREATING, object.getMetadata().getName() + " was made or went a moment ago");
    }
  }

  /**
   * Changes entries of a Secret, whoever else has a hand in it, and only this very version of it.
   *
   * @param entries by their name; an empty one goes
   */
  void merge(HasMetadata secret, String version, Map<String, Optional<String>> entries) {
    var data = new LinkedHashMap<String, @Nullable String>();
    entries.forEach((entry, text) -> data.put(entry, text.map(Entries::encoded).orElse(null)));
    var patch = Map.of("metadata", Map.of("resourceVersion", version), "data", data);
    var result =
        client
            .secrets()
            .inNamespace(secret.getMetadata().getNamespace())
            .withName(secret.getMetadata().getName())
            .patch(PatchContext.of(PatchType.JSON_MERGE), Serialization.asJson(patch));
    overlay.wrote(result, clock.instant());
  }

  /** The version of the object that was written last. */
  @Nullable String lastVersion() {
    return lastVersion;
  }

  /** Deletes this very version of an object, and what it owns. */
  void remove(HasMetadata object) {
    client.resource(object).lockResourceVersion(object.getMetadata().getResourceVersion()).delete();
  }

  private Outcome foreign(HasMetadata object) {
    return new Outcome.Invalid(
        Reason.FOREIGN_OBJECT,
        object.getKind()
            + " "
            + object.getMetadata().getName()
            + " exists and belongs to somebody else; remove or rename it, or choose another name for the "
            + (owner instanceof CacheCluster ? "cache" : "user"));
  }

  private boolean owned(HasMetadata live) {
    return live.getMetadata().getOwnerReferences().stream()
        .anyMatch(reference -> owner.getMetadata().getUid().equals(reference.getUid()));
  }

  private OwnerReference reference() {
    return new OwnerReferenceBuilder()
        .withApiVersion(owner.getApiVersion())
        .withKind(owner.getKind())
        .withName(owner.getMetadata().getName())
        .withUid(owner.getMetadata().getUid())
        .withController(true)
        .withBlockOwnerDeletion(true)
        .build();
  }
}
