package dev.cachecluster.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Required;

/**
 * Where the server certificates come from. A union: beside the type stand exactly the members of
 * that type.
 *
 * @param type Managed: the operator issues them from a certificate authority that is this cluster's
 *     own.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record TlsServerSpec(@Required TlsServerType type) {}
