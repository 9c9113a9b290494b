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
 * One application's access to a CacheCluster: its identity, its rights, its network path and the
 * Secret to connect with. It lives in the application's namespace. Deleting it takes all four away
 * and ends open sessions.
 */
@Group("cachecluster.dev")
@Version("v1alpha1")
@Kind("CacheUser")
@Plural("cacheusers")
@Singular("cacheuser")
@ShortNames("cu")
public class CacheUser extends CustomResource<CacheUserSpec, CacheUserStatus>
    implements Namespaced {

  /** A new token in this annotation asks for new credentials; the old ones work for the grace. */
  public static final String ROTATE = "cachecluster.dev/rotate";

  /** A new token in this annotation asks for new credentials and ends the old ones at once. */
  public static final String REVOKE = "cachecluster.dev/revoke";

  static final String TOKEN_PATTERN = "^[ -~]{1,253}$";
  static final String TOKEN_MESSAGE =
      " must be a token of 1 to 253 printable ASCII characters, for example the date: set another"
          + " one";

  static final String NAME_PATTERN = "^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$";
  static final String NAME_MESSAGE =
      "metadata.name must hold only a-z, 0-9 and '-', begin and end with a letter or digit and be"
          + " at most 63 characters long, because server users and labels are named after it:"
          + " choose another name";

  /** The token in {@link #ROTATE} or {@link #REVOKE}, if there is one that the operator takes. */
  public Optional<String> token(String annotation) {
    return annotation(annotation).filter(token -> token.matches(TOKEN_PATTERN));
  }

  Optional<String> annotation(String key) {
    var annotations = getMetadata() == null ? null : getMetadata().getAnnotations();
    return Optional.ofNullable(annotations == null ? null : annotations.get(key));
  }

  /** A record has no empty instance to begin with, so a new object has no spec. */
  @Override
  protected @Nullable CacheUserSpec initSpec() {
    return null;
  }

  /** No status until the operator writes one. */
  @Override
  protected @Nullable CacheUserStatus initStatus() {
    return null;
  }
}
