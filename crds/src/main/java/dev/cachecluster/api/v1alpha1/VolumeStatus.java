package dev.cachecluster.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * The volume of a member.
 *
 * @param claim Its PersistentVolumeClaim.
 * @param persistentVolume The PersistentVolume that is bound to it.
 * @param storageClass The class that it was made with.
 * @param capacity How large it is.
 * @param encryption What proves that it is encrypted, or why nothing does.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record VolumeStatus(
    @Nullable String claim,
    @Nullable String persistentVolume,
    @Nullable String storageClass,
    @Nullable String capacity,
    @Nullable String encryption) {}
