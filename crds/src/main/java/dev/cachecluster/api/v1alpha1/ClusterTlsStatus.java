package dev.cachecluster.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * The certificates in use.
 *
 * @param notAfter When the first certificate of a server ends, as RFC 3339 in UTC.
 * @param authority The cluster's own authority.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record ClusterTlsStatus(@Nullable String notAfter, @Nullable AuthorityStatus authority) {}
