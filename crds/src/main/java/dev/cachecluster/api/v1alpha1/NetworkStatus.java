package dev.cachecluster.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * The run of the network probe that the condition NetworkIsolated speaks of.
 *
 * @param checkedAt When it began, as RFC 3339 in UTC.
 * @param digest A digest of the network policy and the pods that it looked at.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record NetworkStatus(@Nullable String checkedAt, @Nullable String digest) {}
