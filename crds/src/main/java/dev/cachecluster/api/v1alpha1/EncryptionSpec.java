package dev.cachecluster.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.fabric8.generator.annotation.Default;
import org.jspecify.annotations.Nullable;

/**
 * Encryption of the volumes.
 *
 * @param required Whether a server may only start on a volume that is proven to be encrypted: by
 *     what its storage class asks of a provisioner that the operator knows, or by a declaration
 *     that an administrator of the Kubernetes cluster made on the class or the volume.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record EncryptionSpec(@Default("true") boolean required) {
  /** What a spec without encryption means. */
  public static final EncryptionSpec DEFAULTS = new EncryptionSpec(true);

  /** A missing word must become the default; a primitive component alone would become false. */
  @JsonCreator
  static EncryptionSpec read(@JsonProperty("required") @Nullable Boolean required) {
    return new EncryptionSpec(required == null || required);
  }
}
