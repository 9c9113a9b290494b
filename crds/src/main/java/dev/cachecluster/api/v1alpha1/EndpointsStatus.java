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
 * @param bindingSecret Secret of this namespace with what a client needs to connect.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record EndpointsStatus(
    @Nullable String primary,
    @Nullable String replicas,
    @Nullable Integer port,
    @Nullable String bindingSecret) {}
