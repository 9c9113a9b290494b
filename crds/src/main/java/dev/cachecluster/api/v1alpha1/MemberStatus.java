package dev.cachecluster.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Required;
import org.jspecify.annotations.Nullable;

/**
 * One server with its place.
 *
 * @param name Name of the member.
 * @param role Primary, Replica or None.
 * @param state What it does, for example Streaming, Syncing or Down.
 * @param volume Its volume, if the cache keeps data.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record MemberStatus(
    @Required String name,
    @Nullable String role,
    @Nullable String state,
    @Nullable VolumeStatus volume) {}
