package dev.cachecluster.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which server runs, and in which version.
 *
 * @param type Valkey or Redis.
 * @param version The line of versions, as major and minor, for example "8.1". The operator chooses
 *     the exact image of the line once and records it in status.engine; it moves only when the spec
 *     does.
 * @param image An image to run instead of the operator's choice for the version, with a tag other
 *     than "latest" or with a digest. Its server must be of the version named beside it.
 * @param imagePullSecrets Secrets of this namespace to pull the image with.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record EngineSpec(
    @Required EngineType type,
    @Required
        @Size(max = 8)
        @ValidationRule(
            value = "self.matches('" + EngineSpec.VERSION_PATTERN + "')",
            message = EngineSpec.VERSION_MESSAGE)
        String version,
    @Nullable
        @Size(max = EngineSpec.MAX_IMAGE_LENGTH)
        @ValidationRule(
            value =
                "self.matches('"
                    + EngineSpec.IMAGE_PATTERN
                    + "') && (self.contains('@') || !self.endsWith(':latest'))",
            message = EngineSpec.IMAGE_MESSAGE)
        String image,
    @Nullable @Size(max = EngineSpec.MAX_PULL_SECRETS)
        List<LocalObjectReference> imagePullSecrets) {

  static final int MAX_IMAGE_LENGTH = 255;
  static final int MAX_PULL_SECRETS = 8;

  static final String VERSION_PATTERN = "^[1-9][0-9]?[.](0|[1-9][0-9]?)$";
  static final String VERSION_MESSAGE =
      "spec.engine.version must be major.minor in quotes, for example \"8.1\"; the operator chooses"
          + " the patch release";

  /** A reference with a tag, a digest or both. */
  static final String IMAGE_PATTERN =
      "^[a-z0-9]+([._-]+[a-z0-9]+)*(:[0-9]{1,5})?(/[a-z0-9]+([._-]+[a-z0-9]+)*)*"
          + "(:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}(@sha256:[a-f0-9]{64})?|@sha256:[a-f0-9]{64})$";

  static final String IMAGE_MESSAGE =
      "spec.engine.image must be an image reference with a fixed tag or a digest, for example"
          + " docker.io/valkey/valkey:8.1.1; \"latest\" or no tag would change the server unasked";

  public EngineSpec {
    imagePullSecrets = Copies.list(imagePullSecrets);
  }
}
