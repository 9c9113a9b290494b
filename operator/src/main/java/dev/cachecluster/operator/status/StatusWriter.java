package dev.cachecluster.operator.status;

import dev.cachecluster.api.v1alpha1.CacheCluster;
import dev.cachecluster.api.v1alpha1.CacheClusterStatus;
import dev.cachecluster.api.v1alpha1.CacheUser;
import dev.cachecluster.api.v1alpha1.CacheUserStatus;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.net.HttpURLConnection;

/** The one writer of the status. */
public final class StatusWriter {
  private static final String MANAGER = "cachecluster-operator";

  private final KubernetesClient client;

  public StatusWriter(KubernetesClient client) {
    this.client = client;
  }

  /**
   * Writes it; a cluster that was deleted meanwhile has no status, and that is no error.
   *
   * @return whether it stands now; if not, it is to be written again
   */
  public boolean write(CacheCluster cluster, CacheClusterStatus status) {
    var intent = new CacheCluster();
    intent.setStatus(status);
    return write(cluster, intent);
  }

  /** The same for a user. */
  public boolean write(CacheUser user, CacheUserStatus status) {
    var intent = new CacheUser();
    intent.setStatus(status);
    return write(user, intent);
  }

  private boolean write(HasMetadata standing, HasMetadata intent) {
    intent.setMetadata(
        new ObjectMetaBuilder()
            .withName(standing.getMetadata().getName())
            .withNamespace(standing.getMetadata().getNamespace())
            .withUid(standing.getMetadata().getUid())
            .build());
    var context =
        new PatchContext.Builder()
            .withPatchType(PatchType.SERVER_SIDE_APPLY)
            .withFieldManager(MANAGER)
            .withForce(true)
            .build();
    try {
      client.resource(intent).subresource("status").patch(context, intent);
      return true;
    } catch (KubernetesClientException e) {
      if (e.getCode() != HttpURLConnection.HTTP_NOT_FOUND
          && e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
        throw e;
      }
      return false;
    }
  }
}
