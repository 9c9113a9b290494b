package dev.cachecluster.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Required;
import org.jspecify.annotations.Nullable;

/**
 * How far the replacement of credentials is.
 *
 * @param stage Idle: one server user is in use. Preparing: the servers are told of the other.
 *     Publishing: they accept it, and the binding is written. Draining: the binding names the new
 *     one, and the old one works until nobody uses it or the grace ends.
 * @param since When this stage began, as RFC 3339 in UTC.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record UserRotationStatus(@Required RotationStage stage, @Nullable String since) {}
