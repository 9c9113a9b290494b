package dev.cachecluster.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * A restart of all members, one at a time, that is under way.
 *
 * @param stage What is being done.
 * @param member The member it is done to.
 * @param reason Why the members restart.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record RolloutStatus(
    @Nullable String stage, @Nullable String member, @Nullable String reason) {}
