package dev.cachecluster.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * The server that was chosen.
 *
 * @param version What the servers report as their version.
 * @param image The image they run.
 * @param digest Digest of that image, where there is one.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record EngineStatus(
    @Nullable String version, @Nullable String image, @Nullable String digest) {}
