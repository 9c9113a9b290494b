package dev.cachecluster.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * The cluster's own authority.
 *
 * @param notAfter When the one that issues certificates now ends, as RFC 3339 in UTC. It is
 *     replaced when a fifth of its life is left.
 * @param phase How far its replacement is: Steady, TrustBoth (everybody is to trust the next one,
 *     too), Reissue (the new one issues, and certificates of the old one may still be shown) or
 *     DropOld (a server may still trust the old one).
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record AuthorityStatus(@Nullable String notAfter, @Nullable String phase) {}
