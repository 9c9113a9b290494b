package dev.cachecluster.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * Where clients connect.
 *
 * @param primary Host name for writes and for reads that must see them.
 * @param replicas Host name for reads that may be a little behind; not set without replicas.
 * @param port TLS port of both.
 * @param bindingSecret Not set: each CacheUser has a binding of its own, named in its status.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record EndpointsStatus(
    @Nullable String primary,
    @Nullable String replicas,
    @Nullable Integer port,
    @Nullable String bindingSecret) {}
