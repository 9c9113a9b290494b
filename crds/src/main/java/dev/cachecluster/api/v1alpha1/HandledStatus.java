package dev.cachecluster.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * The tokens that were acted on.
 *
 * @param rotate The last one of annotation cachecluster.dev/rotate.
 * @param revoke The last one of annotation cachecluster.dev/revoke.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record HandledStatus(@Nullable String rotate, @Nullable String revoke) {}
