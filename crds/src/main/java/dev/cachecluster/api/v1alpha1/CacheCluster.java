package dev.cachecluster.api.v1alpha1;

import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Singular;
import io.fabric8.kubernetes.model.annotation.Version;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A TLS-only Valkey or Redis cache: one primary and its replicas, kept running by the CacheCluster
 * operator.
 */
@Group("cachecluster.dev")
@Version("v1alpha1")
@Kind("CacheCluster")
@Plural("cacheclusters")
@Singular("cachecluster")
@ShortNames("cc")
public class CacheCluster extends CustomResource<CacheClusterSpec, CacheClusterStatus>
    implements Namespaced {

  /**
   * A new token in this annotation asks for a new certificate authority. Nothing is restarted and
   * nobody is refused meanwhile.
   */
  public static final String ROTATE = "cachecluster.dev/rotate";

  /** The longest {@code metadata.name}; every name the operator derives from it stays below 63. */
  public static final int MAX_NAME_LENGTH = 40;

  static final String NAME_PATTERN = "^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$";
  static final String NAME_MESSAGE =
      "metadata.name must start with a letter, hold only a-z, 0-9 and '-', end with a letter or"
          + " digit and be at most 40 characters long, because the names of pods, Services and"
          + " Secrets are made from it: choose another name";

  /** The token in {@link #ROTATE}, if there is one that the operator takes. */
  public Optional<String> rotateToken() {
    var annotations = getMetadata() == null ? null : getMetadata().getAnnotations();
    return Optional.ofNullable(annotations == null ? null : annotations.get(ROTATE))
        .filter(token -> token.matches(CacheUser.TOKEN_PATTERN));
  }

  /** A record has no empty instance to begin with, so a new object has no spec. */
  @Override
  protected @Nullable CacheClusterSpec initSpec() {
    return null;
  }

  /** No status until the operator writes one. */
  @Override
  protected @Nullable CacheClusterStatus initStatus() {
    return null;
  }
}
