package dev.cachecluster.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the application has, as the operator found it. Written by the operator only.
 *
 * @param observedGeneration The generation of the spec that this status speaks of.
 * @param conditions What was proven, each with a reason: Ready, CredentialsApplied,
 *     NetworkPathOpen, Reconciling and Stalled.
 * @param binding The Secret to connect with. By this field a CacheUser is a provisioned service of
 *     the Service Binding specification, so a ServiceBinding can name it as its service.
 * @param username The server user that the binding names.
 * @param lastRotation When credentials were last published, as RFC 3339 in UTC.
 * @param rotation How far the replacement of credentials is.
 * @param tls The client certificate in the binding.
 * @param lastHandled The tokens that were acted on.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record CacheUserStatus(
    @Nullable Long observedGeneration,
    @Nullable List<Condition> conditions,
    @Nullable BindingStatus binding,
    @Nullable String username,
    @Nullable String lastRotation,
    @Nullable UserRotationStatus rotation,
    @Nullable TlsStatus tls,
    @Nullable HandledStatus lastHandled) {

  public CacheUserStatus {
    conditions = Copies.list(conditions);
  }
}
